import { pis } from "@/evaluation/losses/pis.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * The sum of absolute errors as a multiple of what the series usually sells in a step. Null without rows.
 *
 * @param usual The mean of the series' y in the training data, in units of y.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { spis } from "@/evaluation/mod.ts";
 *
 * expect(spis([10, 30], [14, 24], 20)).toBe(0.5);
 * ```
 */
export function spis(y: Numbers, yHat: Numbers, usual: number): number | null {
  const sum = pis(y, yHat);
  return sum === null || usual === 0 ? null : sum / usual;
}
