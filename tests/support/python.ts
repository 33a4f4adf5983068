/**
 * The real tools, in the Python environment that `make interop` makes.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const WINDOWS = Deno.build.os === "windows";

/** The folder of the environment's programs: `mlflow`, `python`. */
export const INTEROP_BIN = join(PROJECT, ".venv-interop", WINDOWS ? "Scripts" : "bin");
const PYTHON = join(INTEROP_BIN, WINDOWS ? "python.exe" : "python");

/**
 * Why tests of the real tools cannot run here: `false` when they can.
 *
 * Give it to a test's `skip`. The reason is printed once, since a skip that nobody sees is a hole. On a build machine
 * (`CI=true`), and under `make test`, nothing is skipped: the tests run, and fail.
 */
export function interopMissing(): string | false {
  if (isFile(PYTHON)) return false;
  if (Deno.env.get("CI") === "true" || Deno.env.get("SHELFCAST_REQUIRE_INTEROP") === "1") return false;
  const reason = "skipped: .venv-interop is not there; `make interop` installs the real tools";
  // deno-lint-ignore no-console -- a person should see it
  console.log(reason);
  return reason;
}

/**
 * Runs a Python script and returns the JSON document that it prints.
 *
 * @param script Address of the script: `new URL("read_mlruns.py", import.meta.url)`.
 * @param options.input Given to the script as JSON on its standard input.
 * @throws {Error} If the script fails; with everything that it said.
 */
export async function python<T>(
  script: URL,
  args: readonly string[] = [],
  { input, env = {} }: { readonly input?: unknown; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<T> {
  if (!isFile(PYTHON)) throw new Error(`Cannot run ${script.pathname} as ${PYTHON} is not there: run make interop`);
  const child = new Deno.Command(PYTHON, {
    args: [fileURLToPath(script), ...args],
    env: { PYTHONWARNINGS: "ignore", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input === undefined ? "" : JSON.stringify(input)));
  await writer.close();
  const { success, code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout), complaints = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot run ${script.pathname}: exit code ${code}\n${said}\n${complaints}`);
  // Libraries chat on stdout as well; the document is the last line.
  const document = said.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(document) as T;
  } catch (error) {
    throw new Error(`Cannot read the output of ${script.pathname} as JSON: ${document}\n${complaints}`, {
      cause: error,
    });
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
