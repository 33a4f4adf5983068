/**
 * Intervals for the holdout's forecasts, learnt from the windows before it.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { conformalRadius } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Evaluated } from "@/pipeline/evaluate.ts";

/** What intervals of one level promised, and how many of the holdout's sales they held. */
export interface IntervalCoverage {
  readonly level: number;
  readonly held: number;
  /** Mean width as a share of the forecast. */
  readonly width: number;
}

/** How the champion's intervals fared on the holdout. */
export interface IntervalStudy {
  readonly rows: number;
  readonly coverage: readonly IntervalCoverage[];
}

/**
 * Puts intervals around the champion's forecasts of the holdout and counts how many outcomes they hold.
 *
 * Errors of the backtest windows, relative to the size of the forecast, say how wide they must be (split conformal
 * prediction). The holdout teaches nothing here. Rows without trade do not count.
 *
 * @throws {RangeError} If there is no backtest window to learn from.
 */
export function holdoutIntervals(
  { evaluation, forecasts }: Evaluated,
  profile: DatasetProfile,
  { levels = [0.5, 0.8, 0.95] }: { readonly levels?: readonly number[] } = {},
): IntervalStudy {
  const { champion, holdout } = evaluation;
  const isHoldout = pl.col("origin").eq(pl.lit(holdout.origin));
  const past = relativeErrors(forecasts.filter(isHoldout.not()), champion, profile);
  if (past.length === 0) {
    throw new RangeError("Cannot learn intervals as there is no backtest window before the holdout");
  }
  const now = relativeErrors(forecasts.filter(isHoldout), champion, profile);
  return {
    rows: now.length,
    coverage: levels.map((level) => {
      const radius = conformalRadius(past, level);
      return { level, held: now.filter((error) => error <= radius).length / now.length, width: 2 * radius };
    }),
  };
}

/** Sizes of errors in units of the forecast, but at least of the series' usual step: returns make forecasts near zero. */
function relativeErrors(frame: DataFrame, model: string, { allowsNegative }: DatasetProfile): Float64Array {
  const y = numbers(frame, "y"), yHat = numbers(frame, model), scale = numbers(frame, "scale");
  const errors = y.map((actual, row) => {
    const size = allowsNegative ? Math.max(Math.abs(yHat[row]!), scale[row]! || 0) : yHat[row]!;
    return Math.abs(actual - yHat[row]!) / size;
  });
  return errors.filter((error, row) => Number.isFinite(error) && (allowsNegative || y[row]! > 0));
}
