/**
 * Forecasts as a table, so that a suite can hold them to their contract.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";

/** What forecasts are held against. */
export interface PredictionsBackground {
  /** The first date that may be forecast, and the last one: `YYYY-MM-DD`. */
  readonly origin: string;
  /** The last date that may be forecast: `YYYY-MM-DD`. */
  readonly last: string;
  /** What was sold before the origin: `unique_id`, `y`. Further columns do no harm. */
  readonly history: DataFrame;
  /** Which days are days of trade, where that is known: `unique_id`, `ds`, `open`. */
  readonly plan?: DataFrame;
}

/** A series is not expected to sell more than so many times its record. */
const RECORDS = 3;

/**
 * Lays forecasts out for their contract (`expectations/<dataset>_predictions.json`): `origin`, `last`, `unique_id`, `ds`,
 * `model`, `forecast`, `lo` and `hi` (of the widest interval; missing where a model gives none), `ceiling` (three times the
 * record of the series; missing for a new one), and `open` where a plan is given.
 *
 * @param forecasts Columns `unique_id`, `ds`, `model`, `forecast`, and `lo` and `hi` where there are intervals.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { predictionsTable } from "@/checks/mod.ts";
 *
 * const ds = pl.Series("ds", [new Date("2015-08-01")], pl.Date);
 * const forecasts = pl.DataFrame([
 *   pl.Series("unique_id", ["7"]), ds, pl.Series("model", ["naive"]), pl.Series("forecast", [120]),
 * ]);
 * const history = pl.DataFrame({ unique_id: ["7", "7"], y: [100, 50] });
 * const [row] = predictionsTable(forecasts, { origin: "2015-08-01", last: "2015-09-11", history }).toRecords();
 * expect([row!.forecast, row!.ceiling, row!.lo]).toEqual([120, 300, null]);
 * ```
 */
export function predictionsTable(
  forecasts: DataFrame,
  { origin, last, history, plan }: PredictionsBackground,
): DataFrame {
  const day = (date: string, name: string): Expr => pl.lit(date).cast(pl.Date).alias(name);
  const bound = (name: string): Expr =>
    (forecasts.columns.includes(name) ? pl.col(name) : pl.lit(null)).cast(pl.Float64).alias(name);
  const records = history.select("unique_id", "y").groupBy("unique_id")
    .agg(pl.col("y").cast(pl.Float64).max().mul(RECORDS).alias("ceiling"));
  const laid = forecasts.select(
    day(origin, "origin"),
    day(last, "last"),
    pl.col("unique_id"),
    pl.col("ds"),
    pl.col("model"),
    pl.col("forecast").cast(pl.Float64),
    bound("lo"),
    bound("hi"),
  ).join(records, { on: "unique_id", how: "left" });
  return plan === undefined
    ? laid
    : laid.join(plan.select("unique_id", "ds", "open"), { on: ["unique_id", "ds"], how: "left" });
}
