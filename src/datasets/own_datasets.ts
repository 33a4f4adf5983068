/**
 * Datasets of your own: every description in `src/datasets/own`, or in the folder that `SHELFCAST_DATASETS` names.
 *
 * Read once, when the datasets are first asked for: they are part of the project like those in TypeScript beside them.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "@/core/dataset.ts";
import { ownDataset, type OwnDescription } from "@/datasets/own_dataset.ts";

/**
 * Where descriptions are.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ownFolder } from "@/datasets/own_datasets.ts";
 *
 * Deno.env.set("SHELFCAST_DATASETS", "/shop/datasets");
 * expect(ownFolder()).toBe("/shop/datasets");
 * Deno.env.delete("SHELFCAST_DATASETS");
 * ```
 */
export function ownFolder(): string {
  const named = Deno.env.get("SHELFCAST_DATASETS");
  return named ? resolve(named) : fileURLToPath(new URL("./own/", import.meta.url));
}

/** A dataset of one's own, and the folder that its file is in. */
export type OwnDataset = Dataset & { readonly own: OwnDescription; readonly home: string };

/**
 * Reads every description of a folder; none where there is no such folder.
 *
 * @throws {SyntaxError} If one is not what `deno task init` writes: names the file.
 */
export function ownDatasets(folder: string = ownFolder()): readonly OwnDataset[] {
  return namesIn(folder).map((name) => {
    const path = join(folder, name);
    let description: OwnDescription;
    try {
      description = JSON.parse(Deno.readTextFileSync(path));
      if (description.format !== 1 || !Array.isArray(description.columns)) {
        throw new SyntaxError("it has another layout");
      }
    } catch (error) {
      throw new SyntaxError(`Cannot read the dataset ${path}: ${(error as Error).message}; write it anew by init`);
    }
    return { ...ownDataset(description), home: resolve(folder, description.folder) };
  });
}

/**
 * Tells whether a dataset is one of these.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datasets, isOwn } from "@/datasets/mod.ts";
 *
 * expect(isOwn(datasets["walmart"]!)).toBe(false);
 * ```
 */
export const isOwn = (dataset: Dataset): dataset is OwnDataset => "home" in dataset;

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
