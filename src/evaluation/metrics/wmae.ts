import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Weighted mean absolute error: the mean error where some weeks, such as holidays, count more than others.
 *
 * In units of y; null when the weights add up to nothing. Without weights it is the mean absolute error.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { wmae } from "@/evaluation/mod.ts";
 *
 * // Walmart's competition counts a holiday week five times.
 * expect(wmae([10, 20], [12, 14], { weight: [1, 5] })).toBeCloseTo((1 * 2 + 5 * 6) / 6);
 * ```
 */
export function wmae(y: Numbers, yHat: Numbers, { weight }: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  if (weight) sameLength("score forecasts", "y", y, "weight", weight);
  let sum = 0, total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight ? weight[i]! : 1;
    sum += w * Math.abs(yHat[i]! - y[i]!);
    total += w;
  }
  return total > 0 ? sum / total : null;
}
