/**
 * The files a dataset cannot do without.
 *
 * @module
 */
import type { RawTables, TableSpec } from "@/core/dataset.ts";
import { refusal } from "@/datasets/refusal.ts";

/**
 * Refuses raw tables among which one is missing that is not optional.
 *
 * @throws {DatasetError} Naming the first missing file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { requiredTables } from "@/datasets/required_tables.ts";
 *
 * const train = { name: "train", file: "train.csv", key: [], columns: [] };
 * expect(() => requiredTables({}, [train], "toy")).toThrow("Cannot read train.csv of toy: expected the file, found none");
 * ```
 */
export function requiredTables(raw: RawTables, specs: readonly TableSpec[], dataset: string): void {
  const missing = specs.find((spec) => !spec.optional && raw[spec.name] === undefined);
  if (missing !== undefined) throw refusal({ dataset, file: missing.file }, "the file", "none");
}
