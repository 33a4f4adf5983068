import jstat from "jstat";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/** What the test says. */
export interface DieboldMariano {
  /** Negative when the first forecast has the smaller loss. */
  readonly statistic: number;
  /** How likely so large an advantage of the first forecast is by chance, if it were no better: one-sided. */
  readonly pValue: number;
  /** Steps in time that were compared. */
  readonly steps: number;
}

/**
 * Tells whether one forecast is better than another by more than chance, on the same days.
 *
 * The Diebold–Mariano test on the mean difference of two series of losses, in order of time. Neighbouring days share their
 * errors, so the variance is Newey and West's (Bartlett weights up to `lags`), the statistic is corrected for short series
 * (Harvey, Leybourne and Newbold 1997, with h = lags + 1) and compared with Student's t.
 *
 * @param first The losses of the forecast that may be better, one per step in time: of a panel, the mean over its series.
 * @param other The losses of the other forecast at the same steps.
 * @param options.lags Steps apart at which errors are still alike; the horizon less one for forecasts of one origin.
 * @returns Undefined where no test can be made: too few steps for these lags, or differences that do not vary.
 * @throws {RangeError} If the lengths differ, or `lags` is not a whole number from 0 on.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dieboldMariano } from "@/evaluation/mod.ts";
 *
 * const ours = [1.0, 1.2, 0.9, 1.1, 1.0, 1.3, 0.8, 1.1], naive = [2.1, 1.9, 2.4, 2.0, 2.2, 2.3, 1.9, 2.0];
 * expect(dieboldMariano(ours, naive)!.pValue).toBeLessThan(0.001);
 * expect(dieboldMariano(naive, ours)!.pValue).toBeGreaterThan(0.999);
 * expect(dieboldMariano(ours, ours)).toBeUndefined();
 * ```
 */
export function dieboldMariano(
  first: Numbers,
  other: Numbers,
  { lags = 0 }: { readonly lags?: number } = {},
): DieboldMariano | undefined {
  const steps = first.length;
  if (other.length !== steps) {
    throw new RangeError(
      `Cannot compare losses as both forecasts need one per step: the first has ${steps}, the other ${other.length}`,
    );
  }
  if (!Number.isInteger(lags) || lags < 0) {
    throw new RangeError(`Cannot compare losses as lags must be a whole number >= 0: current value is ${lags}`);
  }
  const h = lags + 1;
  const correction = (steps + 1 - 2 * h + h * (h - 1) / steps) / steps;
  if (steps < 3 || h >= steps || !(correction > 0)) return undefined;
  const difference = Float64Array.from({ length: steps }, (_, t) => first[t]! - other[t]!);
  const mean = difference.reduce((sum, d) => sum + d, 0) / steps;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = lag; t < steps; t++) sum += (difference[t]! - mean) * (difference[t - lag]! - mean);
    return sum / steps;
  };
  let variance = covariance(0);
  for (let lag = 1; lag <= lags; lag++) variance += 2 * (1 - lag / h) * covariance(lag);
  // Rounding alone makes equal differences vary a little.
  if (!(variance > 1e-24 * mean ** 2) || !Number.isFinite(variance)) return undefined;
  const statistic = mean / Math.sqrt(variance / steps) * Math.sqrt(correction);
  return { statistic, pValue: jstat.studentt.cdf(statistic, steps - 1), steps };
}
