import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Weighted absolute percentage error: all misses together as a share of all that was sold (0.1 is 10 %).
 *
 * Also called normalised deviation, `nd`. Null when nothing was sold.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { wape } from "@/evaluation/mod.ts";
 *
 * expect(wape([10, 30], [14, 24])).toBe(0.25);
 * ```
 */
export function wape(y: Numbers, yHat: Numbers): number | null {
  const error = meanOver(y, yHat, (y, yHat) => Math.abs(y - yHat));
  const size = meanOver(y, y, (y) => Math.abs(y));
  return error === null || !size ? null : error / size;
}

/** The name that wape has in the literature on neural forecasters (Salinas et al. 2020). */
export const nd: typeof wape = wape;
