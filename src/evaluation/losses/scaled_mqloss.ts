import { scaledQuantileLoss } from "@/evaluation/losses/scaled_quantile_loss.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean of the scaled quantile losses of several quantiles: comparable between series. Null when no row counts.
 *
 * @param forecasts One column of forecasts per quantile.
 * @param scale See `scaledQuantileLoss`.
 *
 * @throws {RangeError} If there are not as many columns of forecasts as quantiles.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scaledMqloss } from "@/evaluation/mod.ts";
 *
 * expect(scaledMqloss([10], [[8], [12]], [0.1, 0.9], [2])).toBeCloseTo(0.1);
 * ```
 */
export function scaledMqloss(
  y: Numbers,
  forecasts: readonly Numbers[],
  quantiles: readonly number[],
  scale: Numbers,
): number | null {
  if (forecasts.length !== quantiles.length || quantiles.length === 0) {
    throw new RangeError(
      `Cannot score quantiles as each needs its forecasts: ${quantiles.length} quantiles, ${forecasts.length} columns`,
    );
  }
  const losses = quantiles.map((q, k) => scaledQuantileLoss(y, forecasts[k]!, scale, q));
  if (losses.includes(null)) return null;
  return losses.reduce<number>((sum, loss) => sum + loss!, 0) / losses.length;
}
