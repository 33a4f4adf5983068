import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * The share of outcomes that intervals hold, their ends included. Null without rows.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { coverage } from "@/evaluation/mod.ts";
 *
 * expect(coverage([1, 5], [0, 0], [2, 4])).toBe(0.5);
 * ```
 */
export function coverage(y: Numbers, lo: Numbers, hi: Numbers): number | null {
  sameLength("score intervals", "y", y, "hi", hi);
  return meanOver(y, lo, (y, lo, row) => y >= lo && y <= hi[row]! ? 1 : 0);
}
