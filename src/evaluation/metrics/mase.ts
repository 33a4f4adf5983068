import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Mean absolute scaled error: below 1, a forecast errs less than "the same as last season" did on the training data.
 *
 * `scale` holds each row's in-sample seasonal naive error (see `naiveScale`). Rows whose scale is missing or zero do not
 * count: their series repeats itself exactly, or is too short to have a season. Null without scales, or when no row counts.
 * Over one series this is the definition of Hyndman and Koehler (2006); over several, rows count alike.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mase } from "@/evaluation/mod.ts";
 *
 * expect(mase([10, 20], [12, 16], { scale: [2, 8] })).toBe((2 / 2 + 4 / 8) / 2);
 * expect(mase([10, 20], [12, 16])).toBe(null);
 * ```
 */
export function mase(y: Numbers, yHat: Numbers, { scale }: MetricOptions = {}): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  if (!scale) return null;
  sameLength("score forecasts", "y", y, "scale", scale);
  let sum = 0, rows = 0;
  for (let i = 0; i < y.length; i++) {
    const unit = scale[i]!;
    if (!(unit > 0)) continue;
    sum += Math.abs(yHat[i]! - y[i]!) / unit;
    rows++;
  }
  return rows > 0 ? sum / rows : null;
}
