/**
 * Raw CSV files become typed tables here, or a sentence that says what is wrong with them.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { ColumnSpec, TableSpec } from "@/core/dataset.ts";
import type { DataPlace } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { csvHeader } from "@/datasets/csv_header.ts";
import { plausibleDates } from "@/datasets/plausible_dates.ts";
import { rawText } from "@/datasets/raw_text.ts";
import { readCarefully } from "@/datasets/read_carefully.ts";
import { readFast } from "@/datasets/read_fast.ts";
import { refusal } from "@/datasets/refusal.ts";
import { uniqueKey } from "@/datasets/unique_key.ts";

/** A raw file's place in its source, and what it holds. */
export interface RawFile {
  /** Its path inside the source: `external/weather/Berlin.csv`. */
  readonly path: string;
  /** Its contents, not yet decoded. */
  readonly bytes: Bytes;
}

/** From this size on, the quick reader is tried first; below it, the careful one takes a few milliseconds. */
const LARGE = 64 * 1024;

const polarsType = (type: ColumnSpec["type"]) =>
  ({ integer: pl.Int64, number: pl.Float64, text: pl.String, date: pl.Date, flag: pl.Int32 })[type];

/** What stands for the `*` of a table's file name: the state, in `weather/*.csv`. */
function starOf(path: string, pattern: string): string {
  const [before = "", after = ""] = pattern.split("*");
  const start = path.lastIndexOf(before) + before.length;
  return path.slice(start, path.length - after.length);
}

function readFile(file: RawFile, spec: TableSpec, dataset: string): DataFrame {
  const place: DataPlace = { dataset, file: file.path };
  const frame = readRows(file, spec, dataset);
  if (frame.height === 0) throw refusal(place, "at least one row of data", "only a header");
  demandSound(frame, spec, place);
  return frame;
}

/** Reads and types the rows of a file, or of a piece of one that begins with the header. */
export function readRows({ path, bytes }: RawFile, spec: TableSpec, dataset: string): DataFrame {
  const place: DataPlace = { dataset, file: path };
  const text = rawText(bytes, place);
  const header = csvHeader(text, spec, place);
  const fast = text.length >= LARGE ? readFast(text, header, spec) : undefined;
  const frame = fast ?? readCarefully(text, header, spec, place);
  const present = new Set(frame.columns);
  const complete = frame.select(
    ...spec.columns.map(({ name, type }) =>
      present.has(name) ? pl.col(name) : pl.lit(null).cast(polarsType(type)).alias(name)
    ),
  );
  return spec.file.includes("*") ? complete.withColumn(pl.lit(starOf(path, spec.file)).alias("file")) : complete;
}

/**
 * Refuses a table in which a key occurs twice, or a date stands far from all others.
 *
 * @throws {DatasetError} Naming the row.
 */
export function demandSound(frame: DataFrame, spec: TableSpec, place: DataPlace): void {
  uniqueKey(frame, spec.key, place);
  for (const column of spec.columns) {
    if (column.type === "date") plausibleDates(frame.getColumn(column.name), { ...place, column: column.name });
  }
}

/**
 * Reads a retailer's CSV file into a table whose columns have the promised names and types.
 *
 * Accepted with the same result as a clean file: a byte order mark, CR LF and CR line ends, quoted numbers, `NA` or
 * nothing where a value may be missing, extra columns, columns in another order, blank lines. The table has exactly the
 * columns of the spec, in its order (Int64, Float64, String, Date; Int32 for flags), optional ones that the file lacks
 * as nulls, and the file's rows in its order. Where the spec's file name has a `*`, the files are stacked, and the
 * column `file` says what stood for it. Rows are counted from 1, after the header, without blank lines.
 *
 * @param source The file's bytes, or the files that match the spec's name.
 * @param dataset The dataset's name, for messages.
 * @throws {DatasetError} If the file is not what the spec promises: one sentence with file, row or column, what was
 * expected and what was found.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readTable } from "@/datasets/read_table.ts";
 *
 * const spec = {
 *   name: "train",
 *   file: "train.csv",
 *   key: ["Store"],
 *   columns: [{ name: "Store", type: "integer" as const }, { name: "Sales", type: "number" as const, min: 0 }],
 * };
 * const csv = (text: string) => new TextEncoder().encode(text);
 * expect(readTable(csv('Sales,Store\r\n"5.5",1\r\n'), spec, "toy").toRecords()).toEqual([{ Store: 1, Sales: 5.5 }]);
 * expect(() => readTable(csv("Store,Sales\n1,2\n2,-3\n"), spec, "toy")).toThrow(
 *   'Cannot read train.csv of toy, row 2, column "Sales": expected a number of at least 0, found "-3"',
 * );
 * ```
 */
export function readTable(source: Bytes | readonly RawFile[], spec: TableSpec, dataset: string): DataFrame {
  const files = source instanceof Uint8Array ? [{ path: spec.file, bytes: source }] : source;
  if (files.length === 0) throw refusal({ dataset, file: spec.file }, "a file of that name", "none");
  if (files.length > 1 && !spec.file.includes("*")) {
    throw refusal({ dataset, file: spec.file }, "one file of that name", files.map((file) => file.path).join(", "));
  }
  const frames = files.map((file) => readFile(file, spec, dataset));
  return frames.length === 1 ? frames[0]! : pl.concat(frames);
}
