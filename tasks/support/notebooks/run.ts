/**
 * Running notebooks: in a kernel where Jupyter is installed, else as modules.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { inCells } from "./check.ts";
import { moduleOf, type Notebook } from "./notebook.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const BIN = `${PROJECT}.venv/${Deno.build.os === "windows" ? "Scripts" : "bin"}`;
const PYTHON = `${BIN}/python${Deno.build.os === "windows" ? ".exe" : ""}`;
const SHARE = `${PROJECT}.venv/share`;

/** How a run is done. */
export interface RunOptions {
  /** Environment of the notebook: DATASET, SOURCE. */
  readonly env: Readonly<Record<string, string>>;
  /** A cell that takes longer is stopped. */
  readonly secondsPerCell: number;
  /** Hears of the cell that begins. */
  readonly onCell?: (cell: number, cells: number) => void;
}

/** How a run ended. */
export interface RunResult {
  readonly seconds: number;
  /** The failing cell and what went wrong; undefined when all went well. */
  readonly failure?: { readonly cell: number; readonly error: string };
  /** Cells and outputs as HTML, and the executed notebook; only where a kernel ran it. */
  readonly body?: string;
  readonly executed?: string;
}

/** Whether Jupyter is installed: the command, and the tools that run notebooks without a browser. */
export async function hasJupyter(): Promise<boolean> {
  try {
    const probe = ["-c", "import nbclient, nbconvert"];
    const { success } = await new Deno.Command(PYTHON, { args: probe, stdout: "null", stderr: "null" }).output();
    return success;
  } catch {
    return false;
  }
}

/** Settings of Jupyter that keep it inside the project, whatever HOME is. */
export function jupyterEnv(): Record<string, string> {
  const own = `${PROJECT}.cache/jupyter`;
  return {
    JUPYTER_CONFIG_DIR: `${own}/config`,
    JUPYTER_DATA_DIR: `${own}/data`,
    JUPYTER_RUNTIME_DIR: `${own}/runtime`,
    JUPYTER_PLATFORM_DIRS: "1",
    JUPYTER_NO_CONFIG: "1",
    IPYTHONDIR: `${own}/ipython`,
    // What the kernel's warnings would say on every start.
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/** Installs the Deno kernel beside Jupyter, in `.venv` and nowhere else. */
export async function installKernel(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["jupyter", "--install", "--force", "--name", "deno", "--display", "Deno"],
    env: { XDG_DATA_HOME: SHARE, NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot install the Deno kernel: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Runs a notebook in a kernel of its own, and lays its cells and outputs out as HTML. */
export async function runInKernel({ path }: Notebook, { env, secondsPerCell, onCell }: RunOptions): Promise<RunResult> {
  await using folder = await scratch();
  const executed = `${folder.path}/executed.ipynb`, body = `${folder.path}/body.html`;
  const script = fileURLToPath(new URL("./run_notebook.py", import.meta.url));
  const started = performance.now();
  const child = new Deno.Command(PYTHON, {
    args: [script, path, executed, body, String(secondsPerCell)],
    env: { ...jupyterEnv(), WORKDIR: `${folder.path}/work`, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  let failure: RunResult["failure"], done = false;
  for await (const line of linesOf(child.stdout)) {
    const event = JSON.parse(line) as { event: string; cell: number; cells: number; error: string };
    if (event.event === "cell") onCell?.(event.cell, event.cells);
    if (event.event === "failed") failure = { cell: event.cell, error: excerpt(event.error) };
    if (event.event === "done") done = true;
  }
  await child.status;
  const seconds = (performance.now() - started) / 1000;
  if (failure !== undefined) return { seconds, failure };
  if (!done) {
    return { seconds, failure: { cell: 0, error: `the kernel could not be run: ${(await complaints).trim()}` } };
  }
  return { seconds, body: await Deno.readTextFile(body), executed: await Deno.readTextFile(executed) };
}

/** Runs a notebook's code as one module: nothing is drawn, everything is asserted. */
export async function runAsModule(notebook: Notebook, { env, secondsPerCell, onCell }: RunOptions): Promise<RunResult> {
  const cells = notebook.cells.filter(({ kind }) => kind === "code").length;
  await using folder = await scratch();
  const module = moduleOf(notebook, (cell) => `Deno.stdout.writeSync(new TextEncoder().encode("\\u0001${cell}\\n"));`);
  const file = `${folder.path}/${notebook.name}.ts`;
  // Native libraries keep threads that would keep the process; a stray rejection gets its turn before that.
  await Deno.writeTextFile(
    file,
    `${module.text}await new Promise((resolve) => setTimeout(resolve, 100));\nDeno.exit(0);\n`,
  );
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", `${PROJECT}deno.json`, file],
    cwd: `${PROJECT}notebooks`,
    env: { NO_COLOR: "1", WORKDIR: `${folder.path}/work`, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let cell = 0, late = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rewind = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, secondsPerCell * 1000);
  };
  rewind();
  const complaints = new Response(child.stderr).text();
  for await (const line of linesOf(child.stdout)) {
    if (!line.startsWith("\u0001")) continue;
    cell = Number(line.slice(1));
    rewind();
    onCell?.(cell, cells);
  }
  const { success } = await child.status;
  clearTimeout(timer);
  const seconds = (performance.now() - started) / 1000;
  if (success) return { seconds };
  if (late) return { seconds, failure: { cell, error: `the cell ran longer than ${secondsPerCell} seconds` } };
  const said = inCells(
    (await complaints).split("\nStack backtrace")[0]!,
    folder.path,
    new Map([[notebook.name, module]]),
  );
  return { seconds, failure: { cell, error: excerpt(said.replace(/^error: /, "").trim()) } };
}

/** An error as a person can read it: an assertion about a whole page must not print that page. */
export function excerpt(text: string, { lines = 40, width = 400 } = {}): string {
  const all = text.split("\n").map((line) => line.length > width ? `${line.slice(0, width)}…` : line);
  return all.length > lines
    ? [...all.slice(0, lines), `… ${all.length - lines} more lines`].join("\n")
    : all.join("\n");
}

/** A folder inside the project, so that imports resolve as they do in a notebook; removed at the end of the block. */
async function scratch(): Promise<AsyncDisposable & { readonly path: string }> {
  await Deno.mkdir(`${PROJECT}.cache`, { recursive: true });
  const path = await Deno.makeTempDir({ dir: `${PROJECT}.cache`, prefix: "notebook-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}
