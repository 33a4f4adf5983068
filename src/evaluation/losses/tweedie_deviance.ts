import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Mean Tweedie deviance: how unlikely sales are if they vary around the forecast like counts (power 1), like amounts
 * (power 2), or like amounts with many zeros (between). Null without rows.
 *
 * @throws {RangeError} If the power is negative, a forecast is not above 0, or a target is not where the power is 2 or more.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { tweedieDeviance } from "@/evaluation/mod.ts";
 *
 * expect(tweedieDeviance([0, 4], [1, 4], { power: 1 })).toBe(1);
 * ```
 */
export function tweedieDeviance(
  y: Numbers,
  yHat: Numbers,
  { power = 1.5 }: { readonly power?: number } = {},
): number | null {
  if (!(power >= 0)) throw new RangeError(`Cannot score by Tweedie deviance as its power must be >= 0: it is ${power}`);
  return meanOver(y, yHat, (actual, forecast, row) => {
    if (!(forecast > 0) || (power >= 2 && !(actual > 0))) {
      throw new RangeError(
        `Cannot score by Tweedie deviance of power ${power} as forecasts must be > 0` +
          `${power >= 2 ? " and so must y" : ""}: row ${row} has y ${actual}, forecast ${forecast}`,
      );
    }
    return unitDeviance(actual, forecast, power);
  });
}

function unitDeviance(y: number, mu: number, p: number): number {
  if (p === 0) return (y - mu) ** 2;
  // y × log(y / mu) is 0 at y = 0, its limit there.
  if (p === 1) return 2 * ((y > 0 ? y * Math.log(y / mu) : 0) - y + mu);
  if (p === 2) return 2 * (y / mu - Math.log(y / mu) - 1);
  return 2 * (Math.max(y, 0) ** (2 - p) / ((1 - p) * (2 - p)) + mu ** (2 - p) / (2 - p) - y * mu ** (1 - p) / (1 - p));
}
