import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * The sum of absolute errors, in units: utilsforecast's "periods in stock". Null without rows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { pis } from "@/evaluation/mod.ts";
 *
 * expect(pis([10, 30], [14, 24])).toBe(10);
 * ```
 */
export function pis(y: Numbers, yHat: Numbers): number | null {
  const mean = meanOver(y, yHat, (y, yHat) => Math.abs(yHat - y));
  return mean === null ? null : mean * y.length;
}
