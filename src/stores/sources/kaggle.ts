/**
 * Raw files from a Kaggle competition, by Kaggle's public API.
 *
 * @module
 */
import { basename, join } from "node:path";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import type { Source, SourceFile } from "@/core/source.ts";
import { keyProblem } from "@/stores/key.ts";
import { diskItem } from "@/stores/sources/folder.ts";
import { type Environment, HOW_TO_GET_A_TOKEN, kaggleAuthorization } from "@/stores/sources/kaggle_credentials.ts";
import { type Item, offers, pick } from "@/stores/sources/pick.ts";
import { downloadAttempt, isCached } from "@/stores/sources/resumable.ts";
import {
  type Answer,
  checkAddress,
  NETWORK,
  type Network,
  PassingError,
  persist,
  readWhole,
  request,
} from "@/stores/sources/transfer.ts";

/** Where downloads are kept, and who asks. */
export interface KaggleOptions extends Partial<Network> {
  /** Environment variables: the token's, and KAGGLE_API_ENDPOINT for another address than https://www.kaggle.com. */
  readonly env: Environment;
  /** The folder that keeps downloads, whole and partial, between runs. */
  readonly cache: string;
}

/**
 * Takes raw files from a Kaggle competition: each one that is asked for, or, where the competition does not list them, the
 * archive of all.
 *
 * What was downloaded is kept in the cache folder, and a download that was cut goes on where it stopped, in the next
 * attempt or the next run. A file that lies there whole is not asked for again. Requires `--allow-net`, `--allow-read` and
 * `--allow-write`.
 *
 * @param competition Its name in Kaggle's addresses: `rossmann-store-sales`.
 *
 * @throws {ParamsError} If the competition or the address of Kaggle is none. Its `files` throw a `DatasetError`
 * without a token, or when Kaggle refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { kaggleSource } from "@/stores/sources/kaggle.ts";
 *
 * const source = kaggleSource("rossmann-store-sales", { env: {}, cache: await Deno.makeTempDir() });
 * expect(source.name).toBe("kaggle (rossmann-store-sales)");
 * await expect(Array.fromAsync(source.files(["train.csv"]))).rejects.toThrow("make a token");
 * ```
 */
export function kaggleSource(competition: string, { env, cache, ...options }: KaggleOptions): Source {
  const network = { ...NETWORK, ...options };
  const name = `kaggle (${competition})`;
  if (!/^[a-z0-9-]+$/i.test(competition)) {
    throw new ParamsError(`Cannot ask Kaggle for "${competition}" as that is not the name of a competition`);
  }
  return {
    name,
    async *files(patterns: readonly string[]): AsyncIterable<SourceFile> {
      const client = await openClient(competition, env, network);
      const folder = join(cache, competition);
      const item = (file: string, ask: (headers: Readonly<Record<string, string>>) => Promise<Answer>): Item => {
        const disk = async () => diskItem(await cached(join(folder, file), file, ask, network), file);
        return {
          path: file,
          read: async () => await (await disk()).read(),
          open: async () => await (await disk()).open!(),
        };
      };
      const listed = (await client.list()).map((file) => item(file, (headers) => client.ask(file, headers)));
      const all = item(`${competition}.zip`, (headers) => client.askAll(headers));
      yield* pick(offers(listed, patterns) ? listed : [all], patterns, name);
    },
  };
}

/** Downloads a file into the cache unless it is there, and returns its path. */
async function cached(
  path: string,
  name: string,
  ask: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  network: Network,
): Promise<string> {
  if (!(await isCached(path))) {
    await persist(`download ${name} from Kaggle`, network, () => downloadAttempt(path, name, ask, network));
  }
  return path;
}

interface Client {
  /** The competition's files. */
  list(): Promise<readonly string[]>;
  ask(file: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  askAll(headers: Readonly<Record<string, string>>): Promise<Answer>;
}

async function openClient(competition: string, env: Environment, network: Network): Promise<Client> {
  const authorization = await kaggleAuthorization(env);
  if (authorization === undefined) {
    throw new DatasetError(
      `Cannot download ${competition} from Kaggle as it needs a token and found none: ${HOW_TO_GET_A_TOKEN}`,
    );
  }
  const base = URL.parse(env.KAGGLE_API_ENDPOINT ?? "https://www.kaggle.com");
  if (base === null) {
    throw new ParamsError(`Cannot reach Kaggle as KAGGLE_API_ENDPOINT is not an address: "${env.KAGGLE_API_ENDPOINT}"`);
  }
  checkAddress(base);
  const send = async (path: string, headers: Readonly<Record<string, string>>, file?: string): Promise<Answer> => {
    const answer = await request(
      new URL(`/api/v1/competitions/data/${path}`, base),
      { ...headers, authorization },
      network,
    );
    const { status } = answer.response;
    if (status === 200 || status === 206 || status === 416) return answer;
    using _done = answer;
    // Storage refuses a signature that has expired; the next attempt starts at Kaggle and gets a new one.
    if (answer.url.origin !== base.origin) throw new PassingError(`${answer.url.host} answers ${status}`);
    throw refusal(status, competition, file);
  };
  return {
    ask: (file, headers) =>
      send(`download/${competition}/${file.split("/").map(encodeURIComponent).join("/")}`, headers, file),
    askAll: (headers) => send(`download-all/${competition}`, headers, `${competition}.zip`),
    async list() {
      const files: string[] = [];
      let page = "";
      do {
        const query: string = page === "" ? "" : `?pageToken=${encodeURIComponent(page)}`;
        const answer = await persist(`list the files of ${competition} at Kaggle`, network, async () => {
          using answer = await send(`list/${competition}${query}`, {});
          return await readWhole(answer, "list", { ...network, onProgress: () => {} });
        });
        const { names, next } = parseListing(new TextDecoder().decode(answer), competition);
        files.push(...names);
        page = next;
      } while (page !== "");
      return files;
    },
  };
}

/** Reads a listing: `{files: [{name}], nextPageToken}`, or, from older servers, `[{name}]`. */
function parseListing(text: string, competition: string): { names: string[]; next: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { files, nextPageToken } = (Array.isArray(value) ? { files: value } : value ?? {}) as {
    files?: unknown;
    nextPageToken?: unknown;
  };
  if (!Array.isArray(files)) {
    throw new DatasetError(
      `Cannot list the files of ${competition} as Kaggle's answer is not a listing: try again later`,
    );
  }
  const names = files.map((file) => String((file as { name?: unknown } | null)?.name ?? ""));
  const bad = names.find((name) => keyProblem(name) !== undefined);
  if (bad !== undefined) {
    throw new DatasetError(
      `Cannot list the files of ${competition} as Kaggle's answer has a name that is no path: "${bad}"`,
    );
  }
  return { names, next: typeof nextPageToken === "string" ? nextPageToken : "" };
}

function refusal(status: number, competition: string, file: string | undefined): DatasetError {
  const what = file === undefined ? competition : basename(file);
  const page = `https://www.kaggle.com/competitions/${competition}`;
  const reasons: Readonly<Record<number, string>> = {
    401: `Kaggle does not know the token (401): ${HOW_TO_GET_A_TOKEN}`,
    403: `Kaggle does not give it to this account yet (403): accept the competition's rules at ${page}/rules first`,
    404: `Kaggle has no such ${file === undefined ? "competition" : "file"} (404): see ${page}/data`,
  };
  return new DatasetError(
    `Cannot download ${what} from Kaggle as ${reasons[status] ?? `it answers ${status}: try again later`}`,
    file === undefined ? {} : { file },
  );
}
