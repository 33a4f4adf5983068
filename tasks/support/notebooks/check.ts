/**
 * Types and lint of notebooks: what Deno does for modules, it does not do for cells.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { moduleOf, type Notebook, type NotebookModule } from "./notebook.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/** Checks notebooks: cleared outputs, a heading, a promise, assertions at the end, and their code's types and lint. */
export async function checkNotebooks(notebooks: readonly Notebook[]): Promise<readonly string[]> {
  const problems = notebooks.flatMap(({ name, problems }) => problems.map((problem) => `${name}.ipynb: ${problem}`));
  await Deno.mkdir(`${PROJECT}.cache`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${PROJECT}.cache`, prefix: "cells-" });
  try {
    const modules = new Map<string, NotebookModule>();
    for (const notebook of notebooks) {
      const module = moduleOf(notebook);
      modules.set(notebook.name, module);
      await Deno.writeTextFile(`${folder}/${notebook.name}.ts`, module.text);
    }
    const files = notebooks.map(({ name }) => `${folder}/${name}.ts`);
    for (const command of [["check", "--quiet"], ["lint", "--quiet"]]) {
      const output = await deno([...command, "--config", `${PROJECT}deno.json`, ...files]);
      if (output !== undefined) problems.push(inCells(output, folder, modules));
    }
    return problems;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs Deno; what it said when it failed, undefined when it did not. */
async function deno(args: readonly string[]): Promise<string | undefined> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  // The trace of Deno's own stack helps nobody.
  return success
    ? undefined
    : `${decoder.decode(stdout)}${decoder.decode(stderr)}`.split("\nStack backtrace")[0]!.trim();
}

/** Says cells where Deno says lines of a module that nobody has written. */
export function inCells(output: string, folder: string, modules: ReadonlyMap<string, NotebookModule>): string {
  return output.replaceAll(`file://${folder}`, folder).replaceAll(
    new RegExp(`${folder}/(\\w+)\\.ts:(\\d+):(\\d+)`, "g"),
    (_, name: string, line: string) => {
      const place = modules.get(name)?.placeOf(Number(line));
      return `${name}.ipynb, cell ${place?.cell}, line ${place?.line}`;
    },
  );
}
