/**
 * What is public of the rooms that wire the others together: what notebooks, how-tos and tasks show people to call.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where people are shown how to call them. */
const SHOWN = ["notebooks", "docs/how-to"];
/** How everything begins; tasks reach it through the place where their flags are read. */
const FIRST = [["src/pipeline/context.ts", "openContext"]] as const;

/**
 * The public names of rooms that have no `mod.ts`: what a notebook or a how-to imports from them, and the step of each
 * task, which bears the task's name (`tasks/monitor.ts` imports `monitor`).
 *
 * @param rooms Folders of `src`.
 * @returns File → names; only files that are there.
 */
export async function wiringNames(
  project: string,
  rooms: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  const add = (file: string, name: string) => {
    if (rooms.includes(file.split("/")[1] ?? "") && existsSync(join(project, file))) {
      found.set(file, (found.get(file) ?? new Set()).add(name));
    }
  };
  for (const [file, name] of FIRST) add(file, name);
  for (const path of SHOWN.flatMap((folder) => below(join(project, folder)))) {
    const text = await Deno.readTextFile(path);
    for (const { file, name } of importsOf(path.endsWith(".ipynb") ? codeOf(text) : text)) add(file, name);
  }
  for (const path of below(join(project, "tasks")).filter((path) => path.endsWith(".ts"))) {
    const step = path.split("/").at(-1)!.replace(/\.ts$/, "").replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
    for (const { file, name } of importsOf(await Deno.readTextFile(path))) if (name === step) add(file, name);
  }
  return new Map([...found].sort());
}

/**
 * The names that a text imports from files of `src`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { importsOf } from "./wiring.ts";
 *
 * expect(importsOf('import { serve, type Running as Server } from "@/serving/serve.ts";')).toEqual([
 *   { file: "src/serving/serve.ts", name: "serve" },
 *   { file: "src/serving/serve.ts", name: "Running" },
 * ]);
 * ```
 */
export function importsOf(text: string): readonly { readonly file: string; readonly name: string }[] {
  return [...text.matchAll(/import\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"@\/([^"]+)"/g)].flatMap(([, names, file]) =>
    names!.split(",").map((name) => name.trim().replace(/^type /, "").split(" as ")[0]!).filter(Boolean)
      .map((name) => ({ file: `src/${file}`, name }))
  );
}

/** The code of a notebook's cells. */
function codeOf(text: string): string {
  const { cells } = JSON.parse(text) as {
    readonly cells: readonly { readonly cell_type: string; readonly source: string | readonly string[] }[];
  };
  return cells.filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => typeof source === "string" ? source : source.join("")).join("\n");
}

/** The files below a folder, in the order of their names. */
function below(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return [...Deno.readDirSync(folder)].filter(({ name }) => !name.startsWith("."))
    .flatMap(({ name, isDirectory }) => isDirectory ? below(`${folder}/${name}`) : [`${folder}/${name}`]).sort();
}
