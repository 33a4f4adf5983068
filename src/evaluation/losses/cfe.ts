import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Cumulative forecast error, in units: what would lie in stock (+), or be short (−), if every forecast had been bought.
 *
 * Null without rows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { cfe } from "@/evaluation/mod.ts";
 *
 * expect(cfe([10, 30], [14, 24])).toBe(-2);
 * ```
 */
export function cfe(y: Numbers, yHat: Numbers): number | null {
  const mean = meanOver(y, yHat, (y, yHat) => yHat - y);
  return mean === null ? null : mean * y.length;
}
