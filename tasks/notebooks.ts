// Execute every notebook, and write it as a page that opens offline.
import { parseArgs } from "node:util";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { datasets } from "@/datasets/mod.ts";
import { type Described, printHelp } from "./support/help.ts";
import { publish } from "./support/notebooks/publish.ts";
import { type Notebook, readNotebooks } from "./support/notebooks/notebook.ts";
import { hasJupyter, installKernel, runAsModule, runInKernel, type RunResult } from "./support/notebooks/run.ts";
import { table, terminal } from "./support/terminal.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const COMMAND = {
  name: "notebooks",
  about: "Execute every notebook, and write it as a page that opens offline.",
  example: "deno task notebooks --only 05 --dataset walmart",
  flags: {
    only: { type: "string", value: "03", about: "only the notebooks whose name starts so" },
    dataset: {
      type: "string",
      value: "NAME",
      about: "rossmann, walmart or store-item (default: the variable DATASET, else rossmann)",
      oneOf: Object.keys(datasets),
    },
    source: {
      type: "string",
      value: "FROM",
      about: "synthetic, kaggle, a folder or an https:// address (default: the variable SOURCE, else synthetic)",
    },
    folder: { type: "string", value: "DIR", about: "another folder of notebooks than notebooks/" },
    out: { type: "string", value: "DIR", about: "where pages go (default: reports/notebooks)" },
    timeout: { type: "string", value: "SECONDS", about: "how long a cell may take (default: 240; with --source 3600)" },
    jobs: { type: "string", value: "N", about: "how many run side by side (default: 2)" },
    module: { type: "boolean", about: "execute the cells as modules, although Jupyter is installed" },
    help: { type: "boolean", about: "show this help" },
  },
} as const satisfies Described;

if (Deno.args.includes("--help")) {
  printHelp(COMMAND, Deno.args);
  Deno.exit(0);
}
const { values: flags } = readFlags();
const folder = resolve(flags.folder ?? `${PROJECT}notebooks`),
  out = resolve(flags.out ?? `${PROJECT}reports/notebooks`);
const all = await readNotebooks(folder).catch((error: Error) =>
  refuse(error instanceof SyntaxError ? error.message : `Cannot find notebooks in ${folder}: there is no such folder`)
);
if (all.length === 0) refuse(`Cannot find notebooks in ${folder}: it holds no .ipynb file`);
const chosen = all.filter(({ name }) => flags.only === undefined || name.startsWith(flags.only));
if (chosen.length === 0) {
  refuse(
    `Cannot find a notebook that starts with "${flags.only ?? ""}": there are ${
      all.map(({ name }) => name).join(", ")
    }`,
  );
}
// A variable that is empty says nothing.
const dataset = flags.dataset ?? (Deno.env.get("DATASET") || "rossmann");
const source = placeOf(flags.source ?? (Deno.env.get("SOURCE") || "synthetic"));
if (!(dataset in datasets)) {
  refuse(`Cannot use the dataset "${dataset}": there are ${Object.keys(datasets).join(", ")}`);
}
const secondsPerCell = wholeNumber("timeout", flags.timeout) ?? (source === "synthetic" ? 240 : 3600);
const kernel = !flags.module && await hasJupyter();
if (kernel) await installKernel();

const results = new Map<Notebook, RunResult>();
const waiting = [...chosen];
const workers = Array.from({ length: wholeNumber("jobs", flags.jobs) ?? 2 }, async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const notebook = next, bar = terminal.progress(notebook.name);
    const run = kernel ? runInKernel : runAsModule;
    const result = await run(notebook, {
      env: { DATASET: dataset, SOURCE: source },
      secondsPerCell,
      onCell: (cell, cells) => bar.update(cell - 1, cells, `cell ${cell} of ${cells}`),
    });
    bar.end();
    results.set(notebook, result);
    if (result.failure) {
      const { cell, error } = result.failure;
      terminal.say(`error: ${notebook.name}.ipynb, cell ${cell}: ${error}`);
      // The first failure is what is to be mended.
      waiting.length = 0;
    }
  }
});
await Promise.all(workers);

const ran = chosen.flatMap((notebook) => {
  const { body, executed, seconds } = results.get(notebook) ?? {};
  return body !== undefined && executed !== undefined ? [{ notebook, body, executed, seconds: seconds! }] : [];
});
const about = `${dataset}, ${
  source === "synthetic" ? "embedded data, which is made and shows how it works rather than how well" : source
}`;
const written = kernel && ran.length > 0 ? await publish(ran, all, { folder: out, about }) : [];
terminal.print(table(
  ["notebook", "cells", "seconds", "result"],
  chosen.map((notebook) => {
    const result = results.get(notebook);
    const count = notebook.cells.filter(({ kind }) => kind === "code").length;
    const ended = result === undefined ? "not run" : result.failure ? `failed in cell ${result.failure.cell}` : "ran";
    return [notebook.name, String(count), (result?.seconds ?? 0).toFixed(1), ended];
  }),
));
if (kernel) { for (const file of written.slice(-1)) terminal.print(`pages: ${file}`); }
else terminal.print("No HTML was written as Jupyter is not in use: `make lab` and `make notebooks` install it.");
const failed = results.size < chosen.length || [...results.values()].some(({ failure }) => failure);
Deno.exit(failed ? 1 : 0);

function readFlags() {
  try {
    return parseArgs({
      options: COMMAND.flags,
    });
  } catch (error) {
    return refuse(`Cannot read the flags: ${(error as Error).message}`);
  }
}

/** A folder as the notebooks, which run elsewhere, find it. */
function placeOf(source: string): string {
  if (["synthetic", "kaggle"].includes(source) || source.includes("://") || isAbsolute(source)) return source;
  return resolve(source);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) refuse(`Cannot use --${name} ${text}: expected a whole number above 0`);
  return Number(text);
}

function refuse(message: string): never {
  terminal.say(`error: ${message}`);
  Deno.exit(2);
}
