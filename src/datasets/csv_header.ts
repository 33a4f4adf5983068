/**
 * The header of a CSV file, and where in it the columns stand that a dataset needs.
 *
 * @module
 */
import Papa from "papaparse";
import type { ColumnSpec, TableSpec } from "@/core/dataset.ts";
import type { DataPlace } from "@/core/errors.ts";
import { nearestNames } from "@/core/names.ts";
import type { Bytes } from "@/core/store.ts";
import { quoted, refusal } from "@/datasets/refusal.ts";

/** A column that is wanted, and its position in the file. */
export interface PlacedColumn {
  readonly spec: ColumnSpec;
  readonly at: number;
}

/** What the first line of a CSV file says. */
export interface CsvHeader {
  /** Names in the file's order, without surrounding spaces. */
  readonly names: readonly string[];
  /** The wanted columns that the file has. */
  readonly columns: readonly PlacedColumn[];
  /** Where the first data row begins. */
  readonly end: number;
}

/**
 * Reads the first line of a CSV file, and finds the columns of the table in it: any order, extra columns allowed.
 *
 * @throws {DatasetError} If a required column is missing (naming the nearest one there is) or there twice.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { csvHeader } from "@/datasets/csv_header.ts";
 *
 * const spec = { name: "stores", file: "stores.csv", key: [], columns: [{ name: "Type", type: "text" as const }] };
 * const header = csvHeader(new TextEncoder().encode('"Store", Type\n1,A'), spec, { file: "stores.csv" });
 * expect(header.columns.map((c) => c.at)).toEqual([1]);
 * expect(() => csvHeader(new TextEncoder().encode("Store,Typ\n1,A"), spec, {})).toThrow('a column "Type"');
 * ```
 */
export function csvHeader(text: Bytes, spec: TableSpec, place: DataPlace): CsvHeader {
  const newline = text.indexOf(10);
  const end = newline < 0 ? text.length : newline + 1;
  const line = new TextDecoder().decode(text.subarray(0, end)).trimEnd();
  const [first = []] = Papa.parse<string[]>(line, { delimiter: spec.separator ?? "," }).data;
  const names = first.map((name) => name.trim());
  const columns: PlacedColumn[] = [];
  for (const column of spec.columns) {
    const at = names.indexOf(column.name);
    if (at >= 0 && names.indexOf(column.name, at + 1) >= 0) {
      throw refusal({ ...place, column: column.name }, `one column "${column.name}"`, "two of that name");
    }
    if (at >= 0) columns.push({ spec: column, at });
    else if (!column.optional) throw missing(column.name, names, spec, place);
  }
  return { names, columns, end };
}

/** Words which column is missing, and what the file has instead. */
function missing(name: string, names: readonly string[], spec: TableSpec, place: DataPlace) {
  const others = names.filter((other) => !spec.columns.some((column) => column.name === other));
  const separator = spec.separator ?? ",";
  const found = names.length === 1 && spec.columns.length > 1
    ? `only one, ${quoted(names[0]!)} (are the columns separated by "${separator}"?)`
    : `${names.map(quoted).join(", ")} (the nearest is ${
      quoted(nearestNames(name, others.length > 0 ? others : names, 1)[0]!)
    })`;
  return refusal({ ...place, column: name }, `a column "${name}" in the header`, found);
}
