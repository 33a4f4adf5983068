import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Mean absolute percentage error: how far off a forecast is, on average, as a share of what was sold.
 *
 * A share (0.1 is 10 %). Rows with y <= 0 do not count, since the metric divides by y. Null when no row counts.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mape } from "@/evaluation/mod.ts";
 *
 * expect(mape([100, 200, 0], [110, 140, 50])).toBeCloseTo(0.2);
 * ```
 */
export function mape(y: Numbers, yHat: Numbers, _options: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0, rows = 0;
  for (let i = 0; i < y.length; i++) {
    const actual = y[i]!;
    if (actual <= 0) continue;
    sum += Math.abs(yHat[i]! - actual) / actual;
    rows++;
  }
  return rows > 0 ? sum / rows : null;
}
