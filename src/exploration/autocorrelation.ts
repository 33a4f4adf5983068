/**
 * How much a series resembles itself some steps earlier.
 *
 * @module
 */

/** The autocorrelation of a series. */
export interface Autocorrelation {
  /** One value per lag, from lag 1 on, between −1 and 1. */
  readonly values: Float64Array;
  /** Values within ± this are what a series without memory shows in 95 of 100 cases. */
  readonly bound: number;
}

/**
 * Measures how alike a series and its own past are, lag by lag.
 *
 * The biased estimate that statsmodels' `acf` gives: every lag is divided by the variance of the whole series.
 *
 * @throws {RangeError} If `lags` is not an integer from 1 to below the series' length, or the series never varies.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { autocorrelation } from "@/exploration/autocorrelation.ts";
 *
 * const week = Array.from({ length: 70 }, (_, t) => t % 7);
 * const { values, bound } = autocorrelation(week, { lags: 7 });
 * expect(values[6]).toBeCloseTo(0.9, 1);
 * expect(values[6]).toBeGreaterThan(bound);
 * ```
 */
export function autocorrelation(y: ArrayLike<number>, { lags }: { readonly lags: number }): Autocorrelation {
  const n = y.length;
  if (!Number.isInteger(lags) || lags < 1 || lags >= n) {
    throw new RangeError(
      `Cannot correlate ${n} values with their past as lags must be from 1 to ${n - 1}: found ${lags}`,
    );
  }
  let mean = 0;
  for (let t = 0; t < n; t++) mean += y[t]! / n;
  const around = Float64Array.from(y, (value) => value - mean);
  const total = around.reduce((sum, value) => sum + value * value, 0);
  if (!(total > 0)) {
    throw new RangeError(
      `Cannot correlate a series with its past as its values must be finite and vary: found ${y[0]}`,
    );
  }
  const values = Float64Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let t = k + 1; t < n; t++) sum += around[t]! * around[t - k - 1]!;
    return sum / total;
  });
  return { values, bound: 1.96 / Math.sqrt(n) };
}
