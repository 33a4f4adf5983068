import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Bias: by what share all forecasts together are above (+) or below (−) all that was sold.
 *
 * The mean error over the mean of y: 0.02 is 2 % too high. Null when y adds up to nothing (or less).
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { bias } from "@/evaluation/mod.ts";
 *
 * expect(bias([10, 30], [14, 24])).toBeCloseTo(-0.05);
 * ```
 */
export function bias(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let error = 0, total = 0;
  for (let i = 0; i < y.length; i++) {
    error += yHat[i]! - y[i]!;
    total += y[i]!;
  }
  return total > 0 ? error / total : null;
}
