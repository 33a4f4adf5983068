/**
 * Who asks Kaggle: the token, from wherever Kaggle's own tools take it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { DatasetError } from "@/core/errors.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What to do to get a token, as the end of a sentence. */
export const HOW_TO_GET_A_TOKEN: string =
  "make a token at https://www.kaggle.com/settings (API, Create New Token) and set " +
  "KAGGLE_USERNAME and KAGGLE_KEY, or KAGGLE_API_TOKEN, or save it as ~/.kaggle/kaggle.json";

/**
 * Finds the token and returns the value of the Authorization header; undefined if there is none.
 *
 * Looks at KAGGLE_API_TOKEN, then KAGGLE_USERNAME with KAGGLE_KEY, then the files access_token and kaggle.json in
 * KAGGLE_CONFIG_DIR or ~/.kaggle. Requires `--allow-read` for the files.
 *
 * @throws {DatasetError} If only half of it is there, or a file is not what it should be. The message never holds the token.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { kaggleAuthorization } from "@/stores/sources/kaggle_credentials.ts";
 *
 * expect(await kaggleAuthorization({ KAGGLE_API_TOKEN: "KGAT_x" })).toBe("Bearer KGAT_x");
 * expect(await kaggleAuthorization({ KAGGLE_USERNAME: "ada", KAGGLE_KEY: "x" })).toBe(`Basic ${btoa("ada:x")}`);
 * expect(await kaggleAuthorization({})).toBeUndefined();
 * ```
 */
export async function kaggleAuthorization(env: Environment): Promise<string | undefined> {
  const token = env.KAGGLE_API_TOKEN?.trim();
  if (token) return bearer(token, "KAGGLE_API_TOKEN");
  const user = env.KAGGLE_USERNAME?.trim(), key = env.KAGGLE_KEY?.trim();
  if (user && key) return basic(user, key, "KAGGLE_USERNAME and KAGGLE_KEY");
  if (user || key) {
    const [given, other] = user ? ["KAGGLE_USERNAME", "KAGGLE_KEY"] : ["KAGGLE_KEY", "KAGGLE_USERNAME"];
    throw new DatasetError(`Cannot sign in to Kaggle as ${given} needs ${other} beside it, which is not set`);
  }
  const home = env.HOME ?? env.USERPROFILE;
  const folder = env.KAGGLE_CONFIG_DIR ?? (home === undefined ? undefined : join(home, ".kaggle"));
  if (folder === undefined) return undefined;
  return await fromTokenFile(join(folder, "access_token")) ?? await fromKaggleJson(join(folder, "kaggle.json"));
}

async function fromTokenFile(path: string): Promise<string | undefined> {
  const token = (await readIfThere(path))?.trim();
  return token ? bearer(token, path) : undefined;
}

async function fromKaggleJson(path: string): Promise<string | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // The parser's message would quote the text, and the key with it.
  }
  const { username, key } = (value ?? {}) as { username?: unknown; key?: unknown };
  if (typeof username !== "string" || typeof key !== "string" || username === "" || key === "") {
    throw new DatasetError(
      `Cannot sign in to Kaggle as ${path} needs to be {"username": …, "key": …} and is not: ${HOW_TO_GET_A_TOKEN}`,
      { file: path },
    );
  }
  return basic(username, key, path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw new DatasetError(
      `Cannot sign in to Kaggle as ${path} cannot be read: check its permissions`,
      { file: path },
      {
        cause: error,
      },
    );
  }
}

function bearer(token: string, from: string): string {
  return `Bearer ${printable(token, from)}`;
}

function basic(user: string, key: string, from: string): string {
  return `Basic ${Buffer.from(`${user}:${printable(key, from)}`).toString("base64")}`;
}

function printable(secret: string, from: string): string {
  if (/^[\x21-\x7E]+$/.test(secret)) return secret;
  throw new DatasetError(
    `Cannot sign in to Kaggle as the token in ${from} has blanks or letters that no token has: copy it again`,
  );
}
