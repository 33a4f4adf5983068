import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Root mean squared percentage error: how far off a forecast is as a share of what was sold, large misses weighing more.
 *
 * A share (0.1 is 10 %). Rows with y <= 0 do not count, as in Rossmann's competition: the metric divides by y. Null when
 * no row counts.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rmspe } from "@/evaluation/mod.ts";
 *
 * expect(rmspe([100, 200, 0], [110, 180, 50])).toBeCloseTo(0.1);
 * ```
 */
export function rmspe(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0, rows = 0;
  for (let i = 0; i < y.length; i++) {
    const actual = y[i]!;
    if (actual <= 0) continue;
    sum += ((yHat[i]! - actual) / actual) ** 2;
    rows++;
  }
  return rows > 0 ? Math.sqrt(sum / rows) : null;
}
