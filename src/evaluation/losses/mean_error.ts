import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean error: by how many units forecasts are too high (+) or too low (−) on average. Null without rows.
 *
 * utilsforecast calls it `bias`; ours of that name is a share of sales.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { meanError } from "@/evaluation/mod.ts";
 *
 * expect(meanError([10, 30], [14, 24])).toBe(-1);
 * ```
 */
export const meanError = (y: Numbers, yHat: Numbers): number | null => meanOver(y, yHat, (y, yHat) => yHat - y);
