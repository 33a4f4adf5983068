import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Quantile (pinball) loss, in units of y: for q = 0.9 a shortage costs nine times as much as a surplus. Null without rows.
 *
 * @param yHat Forecasts of the quantile q.
 * @throws {RangeError} If q is not between 0 and 1, or the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { quantileLoss } from "@/evaluation/mod.ts";
 *
 * expect(quantileLoss([10], [8], 0.9)).toBeCloseTo(1.8);
 * expect(quantileLoss([10], [12], 0.9)).toBeCloseTo(0.2);
 * ```
 */
export function quantileLoss(y: Numbers, yHat: Numbers, q = 0.5): number | null {
  if (!(q > 0 && q < 1)) throw new RangeError(`Cannot score a quantile as it must be between 0 and 1: it is ${q}`);
  return meanOver(y, yHat, (y, yHat) => Math.max(q * (y - yHat), (q - 1) * (y - yHat)));
}
