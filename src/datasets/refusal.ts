/**
 * How raw data is refused: one sentence that names the place, what was expected and what was found.
 *
 * @module
 */
import { type DataPlace, DatasetError } from "@/core/errors.ts";

/**
 * Words why a raw file cannot be used, so that someone with the file open can go and mend it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { refusal } from "@/datasets/refusal.ts";
 *
 * const error = refusal({ dataset: "rossmann", file: "train.csv", row: 7, column: "Sales" }, "a number", '"many"');
 * expect(error.message).toBe(
 *   'Cannot read train.csv of rossmann, row 7, column "Sales": expected a number, found "many"',
 * );
 * expect(error.place.row).toBe(7);
 * ```
 */
export function refusal(place: DataPlace, expected: string, found: string): DatasetError {
  const file = `${place.file ?? "the raw data"}${place.dataset === undefined ? "" : ` of ${place.dataset}`}`;
  const row = place.row === undefined ? "" : `, row ${place.row}`;
  const column = place.column === undefined ? "" : `, column "${place.column}"`;
  return new DatasetError(`Cannot read ${file}${row}${column}: expected ${expected}, found ${found}`, place);
}

/**
 * Quotes a value from a file for a message; long or multi-line ones are cut to one short line.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { quoted } from "@/datasets/refusal.ts";
 *
 * expect(quoted("two\nlines")).toBe('"two lines"');
 * ```
 */
export function quoted(value: string): string {
  const line = value.replaceAll(/\s+/g, " ");
  return `"${line.length > 60 ? `${line.slice(0, 57)}…` : line}"`;
}
