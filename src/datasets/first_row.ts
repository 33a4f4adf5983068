/**
 * Finding the row that a message should name.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";

/**
 * The first row, counted from 1, for which an expression is true; undefined when there is none.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { firstRow } from "@/datasets/first_row.ts";
 *
 * const frame = pl.DataFrame({ sales: [3, -1, -2] });
 * expect(firstRow(frame, pl.col("sales").lt(0))).toBe(2);
 * expect(firstRow(frame, pl.col("sales").gt(9))).toBeUndefined();
 * ```
 */
export function firstRow(frame: DataFrame, where: Expr): number | undefined {
  // As numbers: a boolean Series can neither be searched nor read by position.
  const is = frame.select(where.cast(pl.Int32).alias("is")).getColumn("is");
  const row = Number(is.argMax() ?? 0);
  return is.get(row) === 1 ? row + 1 : undefined;
}
