/**
 * Values of a suite beside values of a column: how JSON's few types meet a table's many.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { Json } from "@/core/json.ts";

/** The family of a column type: what its values can be compared with. */
export type Family = "number" | "text" | "boolean" | "date" | "datetime" | "other";

/** The family of a column's type. */
export function familyOf(type: DataType): Family {
  const { variant } = type;
  if (/^(U?Int\d+|Float\d+|Decimal)$/.test(variant)) return "number";
  if (variant === "Utf8" || variant === "String" || variant === "Categorical") return "text";
  if (variant === "Bool") return "boolean";
  if (variant === "Date") return "date";
  if (variant === "Datetime") return "datetime";
  return "other";
}

/** Whether sums and means make sense for a column's type; flags count as 0 and 1. */
export function isNumeric(type: DataType): boolean {
  const family = familyOf(type);
  return family === "number" || family === "boolean";
}

/**
 * Makes sure that a column holds numbers.
 *
 * @param what What is to be computed, for the message.
 * @throws {TypeError} If it does not.
 */
export function requireNumbers(what: string, column: string, type: DataType): void {
  if (isNumeric(type)) return;
  throw new TypeError(
    `Cannot compute the ${what} of column "${column}" as it must hold numbers: it holds ${type.variant}`,
  );
}

/** Whether a column's values may be NaN. */
export function mayBeNan(type: DataType): boolean {
  return /^Float/.test(type.variant);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A value of a suite as a Polars literal that can be compared with a column.
 *
 * @throws {TypeError} If the two cannot be compared: text with a number column.
 */
export function literal(value: number | string | boolean, type: DataType): Expr {
  const family = familyOf(type);
  if ((family === "number" || family === "boolean") && typeof value !== "string") return pl.lit(Number(value));
  if (family === "text" && typeof value === "string") return pl.lit(value);
  if ((family === "date" || family === "datetime") && typeof value === "string") {
    // Midnight of a day is the day: dates compare fastest with dates.
    const day = family === "date" ? value.replace(/[T ]00:00(:00)?$/, "") : value;
    if (DAY.test(day) && !Number.isNaN(Date.parse(day))) return pl.lit(day).cast(pl.Date);
    if (MOMENT.test(value)) return pl.lit(new Date(momentOf(value)));
  }
  const needs = { number: "a number", boolean: "a flag or a number", text: "text" }[family as string] ??
    "a date as text";
  throw new TypeError(
    `Cannot compare ${JSON.stringify(value)} with values of type ${type.variant} as that needs ${needs}`,
  );
}

/** Milliseconds since 1970 of a date or a moment in ISO form; UTC where it names no zone. */
export function momentOf(value: string): number {
  const zoned = DAY.test(value) || /(Z|[+-]\d{2}:?\d{2})$/.test(value) ? value : `${value}Z`;
  return Date.parse(zoned.replace(" ", "T"));
}

/** Column values as a Polars expression that can be compared with `literal`: flags become 0 and 1. */
export function comparable(name: string, type: DataType): Expr {
  return familyOf(type) === "boolean" ? pl.col(name).cast(pl.Int8) : pl.col(name);
}

/** Whether a value of a suite could be one of a column's: no text is in a column of numbers. */
export function canHold(type: DataType, value: unknown): boolean {
  switch (familyOf(type)) {
    case "number":
    case "boolean":
      return typeof value === "number" || typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "date":
    case "datetime":
      return typeof value === "string" && (DAY.test(value) || MOMENT.test(value));
    case "other":
      return false;
  }
}

/** True where a column's value is one of a set. Values that the column cannot hold match nothing. */
export function isOneOf(name: string, type: DataType, set: readonly unknown[]): Expr {
  const family = familyOf(type);
  const values = set.filter((value) => canHold(type, value)) as (number | string | boolean)[];
  if (values.length === 0) return pl.lit(false);
  const column = comparable(name, type);
  // A few comparisons beat a hash set by two to three times; dates have no list literal in Polars' JavaScript API.
  if (values.length <= 16 || family === "date" || family === "datetime") {
    return values.map((value) => column.eq(literal(value, type))).reduce((any, one) => any.or(one));
  }
  return column.isIn(family === "text" ? values : values.map(Number));
}

/**
 * Whether all values of a column are in a set, at a fraction of the cost of looking at each; undefined where there is no
 * cheap way.
 */
export function areAllOneOf(name: string, type: DataType, set: readonly unknown[]): Expr | undefined {
  if (familyOf(type) === "text") {
    const values = set.filter((value) => typeof value === "string");
    return values.length === 0 ? undefined : pl.col(name).unique().dropNulls().isIn(values).all();
  }
  const numbers = [...new Set(set.filter((value) => Number.isSafeInteger(value)) as number[])];
  const low = Math.min(...numbers), high = Math.max(...numbers);
  // Whole numbers between the ends of a set without gaps: flags, days of the week.
  if (!/^U?Int/.test(type.variant) || numbers.length === 0 || high - low + 1 !== numbers.length) return undefined;
  return pl.col(name).min().gtEq(pl.lit(low)).and(pl.col(name).max().ltEq(pl.lit(high)));
}

/**
 * A value out of a table, as JSON says it: dates in ISO form, nothing that JSON lacks.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { toJson } from "@/checks/expectations/values.ts";
 *
 * expect(toJson(new Date("2015-07-31"), pl.Date)).toBe("2015-07-31");
 * expect(toJson(Number.NaN, pl.Float64)).toBe(null);
 * ```
 */
export function toJson(value: unknown, type?: DataType): Json {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) {
    const iso = value.toISOString();
    return type !== undefined && familyOf(type) === "date" ? iso.slice(0, 10) : iso.replace(/(\.000)?Z$/, "");
  }
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  return String(value);
}
