/**
 * A table's column, as drift tests want it: what kind it is, what is missing, and the values that are left.
 *
 * @module
 */
import pl, { type Series } from "nodejs-polars";
import { type Category, categorySample, type ColumnKind, numberSample, type Sample } from "@/checks/drift/sample.ts";

/** The family of values that a column holds. */
export type ColumnFamily = "number" | "text" | "time" | "other";

/** A column with what cannot be compared set apart. */
export interface Column {
  /** What kind of values its type holds. */
  readonly family: ColumnFamily;
  /** Whether the type holds whole numbers only. */
  readonly whole: boolean;
  /** Whether the values are true and false. */
  readonly flags: boolean;
  /** How many rows it has. */
  readonly rows: number;
  /** How many values are null or NaN; all of them where the family is `other`. */
  readonly missing: number;
  /** Infinite numbers: not compared either. */
  readonly infinite: number;
  /** How many different values there are; counting numbers stops above `enough`. */
  distinct(enough: number): number;
  /** What is left, as numbers or as categories. */
  sample(kind: ColumnKind): Sample;
}

/**
 * Looks at a column.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { columnOf } from "@/checks/drift/column_of.ts";
 *
 * const column = columnOf(pl.Series("sales", [1.5, null, Infinity, 2]));
 * expect([column.missing, column.infinite, column.sample("numerical").size]).toEqual([1, 1, 2]);
 * ```
 */
export function columnOf(series: Series): Column {
  const { variant } = series.dtype, rows = series.length;
  const family = familyOf(variant);
  if (family !== "number") {
    const counts = family === "other" ? new Map<Category, number>() : countTexts(series);
    return {
      family,
      whole: false,
      flags: false,
      rows,
      missing: family === "other" ? rows : series.nullCount(),
      infinite: 0,
      distinct: () => counts.size,
      sample: () => categorySample(counts),
    };
  }
  const { values, missing, infinite } = finiteNumbers(series);
  return {
    family,
    whole: /^U?Int/.test(variant),
    flags: variant === "Bool",
    rows,
    missing,
    infinite,
    distinct: (enough) => countDistinct(values, enough),
    sample: (kind) => numberSample(values, { kind, integer: /^U?Int/.test(variant) && missing === 0, sort }),
  };
}

function familyOf(variant: string): ColumnFamily {
  if (/^(U?Int\d+|Float\d+|Decimal|Bool)$/.test(variant)) return "number";
  if (/^(Utf8|String|Categorical|Enum)$/.test(variant)) return "text";
  if (/^(Date|Datetime|Time|Duration)$/.test(variant)) return "time";
  return "other";
}

/** Polars sorts a million numbers in half of the time that the language takes. */
function sort(values: Float64Array): Float64Array {
  return values.length < 50_000 ? values.slice().sort() : numbersOf(pl.Series("", values).sort());
}

function finiteNumbers(series: Series): { values: Float64Array; missing: number; infinite: number } {
  const nulls = series.nullCount(), present = nulls > 0 ? series.dropNulls() : series;
  const all = present.length === 0 ? new Float64Array(0) : numbersOf(present.cast(pl.Float64));
  let nans = 0, infinite = 0;
  // One look at each number: most columns are finite and are then used as they are.
  for (let i = 0; i < all.length; i++) {
    if (all[i]! - all[i]! !== 0) Number.isNaN(all[i]!) ? nans++ : infinite++;
  }
  const values = nans + infinite === 0 ? all : all.filter(Number.isFinite);
  return { values, missing: nulls + nans, infinite };
}

function numbersOf(series: Series): Float64Array {
  return series.toTypedArray() as Float64Array;
}

function countTexts(series: Series): Map<Category, number> {
  const texts = pl.DataFrame([series.cast(pl.Utf8).rename("text")]).filter(pl.col("text").isNotNull());
  if (texts.height === 0) return new Map();
  const counted = texts.groupBy("text").agg(pl.col("text").count().alias("count"));
  const counts = counted.getColumn("count").toArray() as number[];
  return new Map((counted.getColumn("text").toArray() as string[]).map((text, i) => [text, Number(counts[i])]));
}

function countDistinct(values: Float64Array, enough: number): number {
  const seen = new Set<number>();
  for (let i = 0; i < values.length && seen.size <= enough; i++) seen.add(values[i]!);
  return seen.size;
}
