/**
 * Values as text, for rules about how something is written.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { TableShape } from "@/checks/expectations/expectation.ts";
import { familyOf } from "@/checks/expectations/values.ts";

/** A column's values as text, as Python writes them: flags are `True` and `False`. */
export function columnText(column: string, type: DataType): Expr {
  if (familyOf(type) !== "boolean") return pl.col(column).cast(pl.Utf8);
  return pl.when(pl.col(column)).then(pl.lit("True")).when(pl.col(column).not()).then(pl.lit("False"))
    .otherwise(pl.lit(null));
}

/**
 * True where a text value keeps a rule that only JavaScript can judge; each different value is judged once.
 *
 * @throws {TypeError} If the column does not hold text.
 */
export function whereText(column: string, { types, distinct }: TableShape, keeps: (text: string) => boolean): Expr {
  const type = types[column]!;
  if (familyOf(type) !== "text") {
    throw new TypeError(`Cannot judge the text of column "${column}" as it must hold text: it holds ${type.variant}`);
  }
  const values = distinct(column) as readonly string[];
  const kept = values.filter(keeps);
  // The shorter list is the cheaper question; an empty one has no type of its own.
  if (kept.length === values.length) return pl.col(column).isNotNull();
  if (kept.length === 0) return pl.col(column).isNull();
  if (kept.length <= values.length / 2) return pl.col(column).isIn(kept);
  const seen = new Set(kept);
  return pl.col(column).isIn(values.filter((value) => !seen.has(value))).not();
}
