import { mqloss } from "@/evaluation/losses/mqloss.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Continuous ranked probability score from quantiles, in units of y: how good the whole distribution is, not only its
 * middle. Twice the mean quantile loss; with one forecast per row it is the absolute error. Null without rows.
 *
 * @param forecasts One column of forecasts per quantile.
 * @param quantiles Evenly spread between 0 and 1, so that their mean approximates the integral.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { crps } from "@/evaluation/mod.ts";
 *
 * expect(crps([10], [[8]], [0.5])).toBe(2);
 * ```
 */
export function crps(y: Numbers, forecasts: readonly Numbers[], quantiles: readonly number[]): number | null {
  const loss = mqloss(y, forecasts, quantiles);
  return loss === null ? null : 2 * loss;
}
