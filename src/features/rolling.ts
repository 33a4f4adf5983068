/**
 * Rolling and expanding statistics: the level of a series, and how restless it is.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { ExpressionFeature } from "@/core/feature.ts";
import { expression } from "@/features/expression.ts";
import { shifted } from "@/features/within_series.ts";

/** What a rolling statistic may be told beyond its window. */
export interface RollingOptions {
  /** The newest value of the window is this many steps old. */
  readonly lag: number;
  /** What is made of the window: its mean (by default) or its standard deviation. */
  readonly statistic?: "mean" | "std";
  /** Values that the window needs; a third of them, and at least 2, by default. */
  readonly min?: number;
  /** The column that is summarised: y where the series traded, by default. */
  readonly of?: string;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
}

/**
 * Averages the `window` steps that ended `lag` steps ago, in the units of the column.
 *
 * @throws {RangeError} If the window or the lag is not a positive integer: a lag of 0 would include the row itself.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rolling } from "@/features/rolling.ts";
 *
 * expect(rolling(28, { lag: 42 }).name).toBe("sales_rolling_mean_lag42_window28");
 * ```
 */
export function rolling(
  window: number,
  { lag, statistic = "mean", min = Math.max(2, Math.floor(window / 3)), of = "sales", helper = false }: RollingOptions,
): ExpressionFeature {
  for (const [what, value] of [["window", window], ["lag", lag]] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot build a rolling ${statistic} as its ${what} must be an integer >= 1: found ${value}`,
      );
    }
  }
  const options = { windowSize: window, minPeriods: Math.min(min, window) };
  const past = pl.col(of).shift(lag);
  const rolled = statistic === "mean" ? past.rollingMean(options) : past.rollingStd(options);
  return expression(rollingName(window, lag, statistic, of), rolled.over("series"), {
    reads: [of],
    reach: lag,
    helper,
  });
}

function rollingName(window: number, lag: number, statistic: string, of: string): string {
  return `${of === "target" ? "y" : of}_rolling_${statistic}_lag${lag}_window${window}`;
}

/**
 * Averages everything up to `lag` steps ago.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { expanding } from "@/features/rolling.ts";
 *
 * expect(expanding({ lag: 42 }).name).toBe("y_expanding_mean_lag42");
 * ```
 */
export function expanding(
  { lag, of = "target", helper = false }: {
    readonly lag: number;
    readonly of?: string;
    readonly helper?: boolean;
  },
): ExpressionFeature {
  const past = shifted(pl.col(of), lag);
  const filled = past.fillNull(pl.lit(0)).cumSum().over("series");
  const count: Expr = past.isNotNull().cast(pl.Int32).cumSum().over("series");
  const mean = pl.when(count.gt(0)).then(filled.div(count)).otherwise(pl.lit(null));
  return expression(`${of === "target" ? "y" : of}_expanding_mean_lag${lag}`, mean, {
    reads: [of],
    reach: lag,
    helper,
  });
}
