import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Mean squared scaled error: below 1, a forecast errs less, in squares, than "the same as last season" did in training.
 *
 * @param scale Per row the mean squared seasonal naive error of its series (`naiveScale` with power 2); rows without one,
 * or with 0, do not count.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { msse } from "@/evaluation/mod.ts";
 *
 * expect(msse([10, 20], [12, 16], [4, 16])).toBe(1);
 * ```
 */
export function msse(y: Numbers, yHat: Numbers, scale: Numbers): number | null {
  sameLength("score forecasts", "y", y, "scale", scale);
  return meanOver(y, yHat, (y, yHat, row) => scale[row]! > 0 ? (y - yHat) ** 2 / scale[row]! : NaN);
}
