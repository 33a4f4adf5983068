import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Root mean squared error: like the mean error, but a single large miss weighs more than many small ones.
 *
 * In units of y; null when there are no rows.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rmse } from "@/evaluation/mod.ts";
 *
 * expect(rmse([10, 20], [13, 24])).toBeCloseTo(Math.sqrt((9 + 16) / 2));
 * ```
 */
export function rmse(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (yHat[i]! - y[i]!) ** 2;
  return y.length > 0 ? Math.sqrt(sum / y.length) : null;
}
