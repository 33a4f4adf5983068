import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Mean absolute error: by how many units a forecast is off, on average.
 *
 * In units of y; null when there are no rows.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mae } from "@/evaluation/mod.ts";
 *
 * expect(mae([10, 20], [12, 16])).toBe(3);
 * ```
 */
export function mae(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += Math.abs(yHat[i]! - y[i]!);
  return y.length > 0 ? sum / y.length : null;
}
