import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Symmetric mean absolute percentage error: the error relative to the middle of forecast and actual, in percent.
 *
 * From 0 to 200. A row where both are zero is a perfect forecast and counts as 0. Null when there are no rows.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { smape } from "@/evaluation/mod.ts";
 *
 * expect(smape([10, 0], [30, 0])).toBeCloseTo((100 + 0) / 2);
 * ```
 */
export function smape(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const size = Math.abs(y[i]!) + Math.abs(yHat[i]!);
    if (size > 0) sum += Math.abs(yHat[i]! - y[i]!) / size;
  }
  return y.length > 0 ? 200 * sum / y.length : null;
}
