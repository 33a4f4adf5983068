/**
 * The different values of a column beside a wanted set of them.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { Json } from "@/core/json.ts";
import { column, kwargsSchema, valueSet } from "@/checks/expectations/kwargs.ts";
import { familyOf, isOneOf, momentOf, toJson } from "@/checks/expectations/values.ts";

/** The settings of rules about a column's different values. */
export const distinctSchema = kwargsSchema({ column, value_set: { ...valueSet, minItems: 1 } }, [
  "column",
  "value_set",
]);

/** The values of a column that are not in a set, each once, in order. */
export function othersThan(column: string, type: DataType, set: readonly unknown[]): Expr {
  const other = isOneOf(column, type, set).not().and(pl.col(column).isNotNull());
  return pl.col(column).filter(other).unique().sort().implode();
}

/** The values of a column that are in a set, each once. */
export function found(column: string, type: DataType, set: readonly unknown[]): Expr {
  return pl.col(column).filter(isOneOf(column, type, set)).unique().implode();
}

/** The values of a set that are not among those that were found, in the set's order, each once. */
export function missingFrom(set: readonly unknown[], found: readonly unknown[], type: DataType): Json[] {
  const seen = new Set(found.map((value) => keyOf(toJson(value, type), type)));
  const missing = new Map<string, Json>();
  for (const value of set) {
    const key = keyOf(value as Json, type);
    if (!seen.has(key)) missing.set(key, value as Json);
  }
  return [...missing.values()];
}

/** What makes two values the same: flags are 0 and 1, dates are moments. */
function keyOf(value: Json, type: DataType): string {
  if (typeof value === "boolean") return `${Number(value)}`;
  const timed = familyOf(type) === "date" || familyOf(type) === "datetime";
  return timed && typeof value === "string" ? `${momentOf(value)}` : JSON.stringify(value);
}

/** The most values that a result lists. */
export const MOST_LISTED = 20;

/** A list that Polars answered with, as values that JSON has. */
export function listed(values: unknown, type: DataType): Json[] {
  return ((values ?? []) as unknown[]).map((value) => toJson(value, type));
}
