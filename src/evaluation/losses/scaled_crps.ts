import { crps } from "@/evaluation/losses/crps.ts";
import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Continuous ranked probability score as a share of what was sold: comparable between series. Null without rows.
 *
 * @param forecasts One column of forecasts per quantile.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scaledCrps } from "@/evaluation/mod.ts";
 *
 * expect(scaledCrps([10], [[8]], [0.5])).toBeCloseTo(0.2);
 * ```
 */
export function scaledCrps(y: Numbers, forecasts: readonly Numbers[], quantiles: readonly number[]): number | null {
  const score = crps(y, forecasts, quantiles);
  const size = meanOver(y, y, (y) => Math.abs(y));
  // The smallest number keeps 0 / 0 finite, as in the reference.
  return score === null || size === null ? null : score / (size + Number.EPSILON / y.length);
}
