import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean absolute error relative to that of another forecast: below 1, it beats it. Null when the other one never errs.
 *
 * @param baseline Forecasts of the other model, in units of y.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rmae } from "@/evaluation/mod.ts";
 *
 * expect(rmae([10, 20], [11, 19], [12, 18])).toBe(0.5);
 * ```
 */
export function rmae(y: Numbers, yHat: Numbers, baseline: Numbers): number | null {
  const own = meanOver(y, yHat, (y, yHat) => Math.abs(y - yHat));
  const other = meanOver(y, baseline, (y, yHat) => Math.abs(y - yHat));
  return own === null || !other ? null : own / other;
}
