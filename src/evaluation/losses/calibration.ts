import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * The share of outcomes at or below a quantile's forecasts: 0.9 is right for the quantile 0.9. Null without rows.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calibration } from "@/evaluation/mod.ts";
 *
 * expect(calibration([1, 5], [2, 4])).toBe(0.5);
 * ```
 */
export const calibration = (y: Numbers, yHat: Numbers): number | null =>
  meanOver(y, yHat, (y, yHat) => y <= yHat ? 1 : 0);
