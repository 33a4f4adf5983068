import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * Winkler (interval) score, in units of y: the width of an interval, and a fine for each outcome that it misses.
 *
 * The fine is 2 / (1 − level) per unit of the miss (Gneiting and Raftery 2007), so that neither too narrow nor too wide
 * intervals pay. Lower is better. Null without rows.
 *
 * @param level The share of outcomes that the intervals should hold, between 0 and 1.
 * @throws {RangeError} If the level is not between 0 and 1, or the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { winklerScore } from "@/evaluation/mod.ts";
 *
 * expect(winklerScore([5], [4], [8], 0.8)).toBe(4);
 * expect(winklerScore([9], [4], [8], 0.8)).toBeCloseTo(4 + 10);
 * ```
 */
export function winklerScore(y: Numbers, lo: Numbers, hi: Numbers, level: number): number | null {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot score intervals as their level must be between 0 and 1: it is ${level}`);
  }
  sameLength("score intervals", "y", y, "hi", hi);
  const fine = 2 / (1 - level);
  return meanOver(
    y,
    lo,
    (y, lo, row) => hi[row]! - lo + fine * (Math.max(0, lo - y) + Math.max(0, y - hi[row]!)),
  );
}
