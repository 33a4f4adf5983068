/**
 * Two tables from files, compared.
 *
 * @module
 */
import { compareTables, presets, type TableDrift } from "@/checks/mod.ts";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";
import { readTableFile } from "@/stores/mod.ts";

/**
 * Compares the table of one file with that of another.
 *
 * Requires `--allow-read`.
 *
 * @param options.preset The name of the rule to compare by.
 * @throws {ParamsError} If there is no such preset.
 * @throws {DatasetError} If a file cannot be read, or the two have nothing to compare.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { driftBetween } from "@/pipeline/drift.ts";
 *
 * const path = `${await Deno.makeTempDir()}/week.csv`;
 * await Deno.writeTextFile(path, "open\n1\n0\n1\n");
 * expect(driftBetween(path, path).dataset_drift).toBe(false);
 * ```
 */
export function driftBetween(
  reference: string,
  current: string,
  { preset = "evidently" }: { readonly preset?: string } = {},
): TableDrift {
  const rule = presets[preset];
  if (rule === undefined) {
    throw new ParamsError(`Cannot find a preset named "${preset}": ${didYouMean(preset, Object.keys(presets))}`);
  }
  const [before, now] = [readTableFile(reference), readTableFile(current)];
  try {
    return compareTables(before, now, rule);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError(`${error.message} (${reference}, ${current})`, { file: current }, { cause: error });
  }
}
