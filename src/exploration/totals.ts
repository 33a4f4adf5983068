/**
 * All series of a panel in one: sales step by step.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";

/** One value per step of the panel's whole span. */
export interface Totals {
  /** Dates, `YYYY-MM-DD`, in order. */
  readonly ds: readonly string[];
  /** Mean of y over the series whose sales are known at that step; 0 where none is. */
  readonly mean: Float64Array;
  /** Series whose sales are known. */
  readonly known: Int32Array;
  /** Of those, the ones that traded. */
  readonly trading: Int32Array;
}

/**
 * Sums a panel up step by step: mean sales per series, and how many series are there and trade.
 *
 * The mean, rather than the sum, does not jump when series start, stop or are refurbished.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { totals } from "@/exploration/totals.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 * import pl from "nodejs-polars";
 *
 * const frame = pl.DataFrame({
 *   unique_id: ["1_1", "1_1", "1_2", "1_2"],
 *   ds: pl.Series("ds", [15_706, 15_707, 15_706, 15_707], pl.Int32).cast(pl.Date),
 *   y: pl.Series("y", [10, 20, 30, null], pl.Float64),
 * });
 * const { ds, mean, known } = totals({ frame, profile: storeItem.profile, asOf: "2013-01-03" });
 * expect(ds).toEqual(["2013-01-01", "2013-01-02"]);
 * expect([...mean]).toEqual([20, 20]);
 * expect([...known]).toEqual([2, 1]);
 * ```
 */
export function totals({ frame, profile: { openColumn } }: Panel): Totals {
  const trades = openColumn === undefined ? pl.lit(true) : pl.col(openColumn).neq(0).fillNull(pl.lit(true));
  const steps = frame.select(
    pl.col("ds"),
    pl.col("y"),
    pl.col("y").isNotNull().cast(pl.Int32).alias("known"),
    pl.col("y").isNotNull().and(trades).cast(pl.Int32).alias("trading"),
  ).groupBy("ds").agg(pl.col("y").mean(), pl.col("known").sum(), pl.col("trading").sum()).sort("ds");
  return {
    ds: steps.select(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[],
    mean: Float64Array.from(steps.getColumn("y").toArray() as (number | null)[], (value) => value ?? 0),
    known: Int32Array.from(steps.getColumn("known").toArray() as number[], Number),
    trading: Int32Array.from(steps.getColumn("trading").toArray() as number[], Number),
  };
}
