import { quantileLoss } from "@/evaluation/losses/quantile_loss.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean of the quantile losses of several quantiles, in units of y. Null without rows.
 *
 * @param forecasts One column of forecasts per quantile.
 * @throws {RangeError} If there is not one column per quantile.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mqloss } from "@/evaluation/mod.ts";
 *
 * expect(mqloss([10], [[8], [12]], [0.1, 0.9])).toBeCloseTo(0.2);
 * ```
 */
export function mqloss(y: Numbers, forecasts: readonly Numbers[], quantiles: readonly number[]): number | null {
  if (forecasts.length !== quantiles.length || quantiles.length === 0) {
    throw new RangeError(
      `Cannot score quantiles as each needs its forecasts: ${quantiles.length} quantiles, ${forecasts.length} columns`,
    );
  }
  const losses = quantiles.map((q, k) => quantileLoss(y, forecasts[k]!, q));
  if (losses.includes(null)) return null;
  return losses.reduce<number>((sum, loss) => sum + loss!, 0) / losses.length;
}
