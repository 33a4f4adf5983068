/**
 * Intervals that earlier errors teach: split conformal prediction.
 *
 * @module
 */

/**
 * Returns how far from the forecast an interval must reach so that it holds the given share of outcomes.
 *
 * The smallest past error that at least that share of `n + 1` errors does not exceed (Vovk 2005; Lei et al. 2018): if the
 * new error is drawn like the past ones, the interval holds the outcome at least that often, whatever their distribution.
 *
 * @param errors Sizes of past errors in any unit; their order does not matter.
 * @param level The share of outcomes that intervals should hold, between 0 and 1.
 * @returns The radius in the unit of the errors; `Infinity` when there are too few of them for the level.
 * @throws {RangeError} If the level is not between 0 and 1, or an error is negative or no number.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { conformalRadius } from "@/evaluation/conformal.ts";
 *
 * expect(conformalRadius([3, 1, 2, 4], 0.6)).toBe(3);
 * expect(conformalRadius([3, 1], 0.9)).toBe(Infinity);
 * ```
 */
export function conformalRadius(errors: ArrayLike<number>, level: number): number {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot set an interval as its level must be between 0 and 1: current value is ${level}`);
  }
  const sorted = Float64Array.from(errors).sort();
  if (sorted.length > 0 && !(sorted[0]! >= 0 && sorted.at(-1)! <= Infinity)) {
    throw new RangeError("Cannot set an interval as past errors must be sizes, so not negative and not NaN");
  }
  // Rounded first: 0.9 × 10 must not become 9.000000000000002 and ask for one error more.
  const rank = Math.ceil(Number((level * (sorted.length + 1)).toPrecision(12)));
  return rank > sorted.length ? Infinity : sorted[rank - 1]!;
}
