import { msse } from "@/evaluation/losses/msse.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Root mean squared scaled error of one series: the metric of the M5 competition, per series and unweighted.
 *
 * @param scale See `msse`.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rmsse } from "@/evaluation/mod.ts";
 *
 * expect(rmsse([10, 20], [14, 12], [4, 16])).toBe(2);
 * ```
 */
export function rmsse(y: Numbers, yHat: Numbers, scale: Numbers): number | null {
  const squared = msse(y, yHat, scale);
  return squared === null ? null : Math.sqrt(squared);
}
