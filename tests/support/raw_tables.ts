/**
 * From CSV texts to the raw tables of a dataset, as an ingest would read them.
 *
 * @module
 */
import type { Dataset, RawTables } from "@/core/dataset.ts";
import { readTable } from "@/datasets/mod.ts";

/** The bytes of a text in UTF-8. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Reads the tables that files (path → CSV text) hold; a table without its file is left out. */
export function rawTables(dataset: Dataset, files: Readonly<Record<string, string>>): RawTables {
  return Object.fromEntries(
    dataset.tables.flatMap((spec) => {
      const [before = "", after] = spec.file.split("*");
      const matching = Object.keys(files).filter((path) =>
        after === undefined ? path === spec.file : path.startsWith(before) && path.endsWith(after)
      );
      if (matching.length === 0) return [];
      const found = matching.map((path) => ({ path, bytes: bytesOf(files[path]!) }));
      return [[spec.name, readTable(found, spec, dataset.profile.name)]];
    }),
  );
}
