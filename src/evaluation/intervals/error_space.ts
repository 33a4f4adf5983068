/**
 * Where errors are told, so that those of a small shop and of a large one compare.
 *
 * @module
 */

/** `log1p` tells errors as ratios of sales; `identity` as shares of the forecast's size, where sales can be negative. */
export type ErrorSpace = "log1p" | "identity";

/**
 * Tells how far an outcome was from its forecast, with its sign, as a share that does not depend on the size of the shop.
 *
 * @param scale The seasonal naive error of the series: what `identity` takes for the size where forecasts are near zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { awayFrom, relativeError } from "@/evaluation/intervals/error_space.ts";
 *
 * const error = relativeError(120, 100, 10, "identity");
 * expect(error).toBe(0.2);
 * expect(awayFrom(100, error, 10, "identity")).toBe(120);
 * ```
 */
export function relativeError(y: number, yHat: number, scale: number, space: ErrorSpace): number {
  if (space === "log1p") return Math.log1p(Math.max(0, y)) - Math.log1p(Math.max(0, yHat));
  return (y - yHat) / sizeOf(yHat, scale);
}

/** The value that lies a relative error away from a forecast: the inverse of `relativeError`. */
export function awayFrom(yHat: number, error: number, scale: number, space: ErrorSpace): number {
  if (space === "log1p") return Math.expm1(Math.log1p(Math.max(0, yHat)) + error);
  return yHat + error * sizeOf(yHat, scale);
}

/** Returns make forecasts near zero: their errors are not. */
function sizeOf(yHat: number, scale: number): number {
  return Math.max(Math.abs(yHat), scale > 0 ? scale : 0) || 1;
}
