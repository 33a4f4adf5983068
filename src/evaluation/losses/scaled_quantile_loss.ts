import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Quantile loss relative to how wrong "the same as last season" was in training: comparable between series.
 *
 * @param scale Per row the seasonal naive error of its series (`naiveScale`); rows without one, or with 0, do not count.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scaledQuantileLoss } from "@/evaluation/mod.ts";
 *
 * expect(scaledQuantileLoss([10], [8], [2], 0.5)).toBe(0.5);
 * ```
 */
export function scaledQuantileLoss(y: Numbers, yHat: Numbers, scale: Numbers, q = 0.5): number | null {
  sameLength("score forecasts", "y", y, "scale", scale);
  return meanOver(
    y,
    yHat,
    (y, yHat, row) => scale[row]! > 0 ? Math.max(q * (y - yHat), (q - 1) * (y - yHat)) / scale[row]! : NaN,
  );
}
