/**
 * Tables of anybody's: a CSV or Parquet file, read as pandas reads it, so that rules written with pandas mean the same.
 *
 * @module
 */
import { extname } from "node:path";
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";

/** What pandas takes for a missing value in a CSV file. */
const MISSING = [
  "",
  "#N/A",
  "#N/A N/A",
  "#NA",
  "-1.#IND",
  "-1.#QNAN",
  "-NaN",
  "-nan",
  "1.#IND",
  "1.#QNAN",
  "<NA>",
  "N/A",
  "NA",
  "NULL",
  "NaN",
  "None",
  "n/a",
  "nan",
  "null",
];

/**
 * Returns the names of a table's columns without reading its rows.
 *
 * Requires `--allow-read`.
 *
 * @throws {DatasetError} If there is no such file, or it is neither CSV nor Parquet.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { tableFileColumns } from "@/stores/mod.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "store,sales\n1,5\n");
 * expect(tableFileColumns(path)).toEqual(["store", "sales"]);
 * await Deno.remove(path);
 * ```
 */
export function tableFileColumns(path: string): readonly string[] {
  return attempt(path, () => {
    const lazy = formatOf(path) === "parquet" ? pl.scanParquet(path) : pl.scanCSV(path, { inferSchemaLength: 0 });
    return lazy.columns;
  });
}

/**
 * Reads a table from a CSV file (a header, commas, UTF-8) or a Parquet file.
 *
 * A column of a CSV file holds whole numbers, numbers or flags if all of its values do, and otherwise text, dates included;
 * whole numbers with gaps become numbers. All as pandas has it.
 *
 * Requires `--allow-read`.
 *
 * @throws {DatasetError} If the file cannot be read.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readTableFile } from "@/stores/table_file.ts";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "store,sales,type\n1,3.5,a\n2,NA,b\n");
 * const table = readTableFile(path);
 * expect(table.toRecords()).toEqual([{ store: 1, sales: 3.5, type: "a" }, { store: 2, sales: null, type: "b" }]);
 * await Deno.remove(path);
 * ```
 */
export function readTableFile(path: string): DataFrame {
  return attempt(path, () => formatOf(path) === "parquet" ? pl.readParquet(path) : typed(readText(path)));
}

function formatOf(path: string): "csv" | "parquet" {
  const ending = extname(path).toLowerCase();
  if (ending === ".csv") return "csv";
  if (ending === ".parquet" || ending === ".pq") return "parquet";
  throw new DatasetError(`Cannot read the table ${path} as its name must end in .csv or .parquet: found "${ending}"`, {
    dataset: "table",
    file: path,
  });
}

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    Deno.statSync(path);
    return read();
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new DatasetError(`Cannot read the table ${path} as ${reason}`, { dataset: "table", file: path }, {
      cause: error,
    });
  }
}

function readText(path: string): DataFrame {
  return pl.readCSV(path, { inferSchemaLength: 0, nullValues: MISSING, tryParseDates: false });
}

const WHOLE = String.raw`^\s*[+-]?[0-9]{1,18}\s*$`;
const NUMBER = String.raw`^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$|^\s*[+-]?(?i:inf|infinity)\s*$`;
const FLAG = "^(True|TRUE|true|False|FALSE|false)$";

/** Gives every column of text the narrowest type that all of its values have. */
function typed(text: DataFrame): DataFrame {
  if (text.width === 0) return text;
  const ask = text.columns.flatMap((name) => {
    const all = (pattern: string) => pl.col(name).str.contains(pattern).fillNull(pl.lit(true)).all();
    return [
      all(WHOLE).alias(`whole ${name}`),
      all(NUMBER).alias(`number ${name}`),
      all(FLAG).alias(`flag ${name}`),
      pl.col(name).nullCount().alias(`gaps ${name}`),
    ];
  });
  const found = text.select(...ask).toRecords()[0]!;
  return text.select(...text.columns.map((name): Expr => {
    const gaps = Number(found[`gaps ${name}`]);
    const values = pl.col(name).str.strip();
    if (text.height > 0 && gaps === text.height) return pl.col(name).cast(pl.Float64);
    if (text.height === 0) return pl.col(name);
    if (found[`whole ${name}`] === true) return values.cast(gaps === 0 ? pl.Int64 : pl.Float64).alias(name);
    if (found[`number ${name}`] === true) return values.cast(pl.Float64).alias(name);
    if (found[`flag ${name}`] === true) return pl.col(name).str.toLowerCase().eq(pl.lit("true")).alias(name);
    return pl.col(name);
  }));
}
