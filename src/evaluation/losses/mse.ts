import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean squared error, in squared units: large misses weigh far more than small ones. Null without rows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mse } from "@/evaluation/mod.ts";
 *
 * expect(mse([10, 20], [12, 16])).toBe(10);
 * ```
 */
export const mse = (y: Numbers, yHat: Numbers): number | null => meanOver(y, yHat, (y, yHat) => (y - yHat) ** 2);
