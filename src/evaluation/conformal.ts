/**
 * Intervals that earlier errors teach: split conformal prediction.
 *
 * @module
 */

/**
 * Returns how far from the forecast intervals must reach so that each holds its share of outcomes; errors are sorted once.
 *
 * The smallest past error that at least that share of `n + 1` errors does not exceed (Vovk 2005; Lei et al. 2018): if the
 * new error is drawn like the past ones, the interval holds the outcome at least that often, whatever their distribution.
 *
 * Where the past drifts, recent errors say more: with weights, the same is asked of their sum, the new error counting 1
 * (Barber et al. 2023).
 *
 * @param errors Sizes of past errors in any unit; their order does not matter.
 * @param levels The shares of outcomes that intervals should hold, each between 0 and 1.
 * @param options.weights How much each error counts, from 0 to 1; every one counts 1 when left out.
 * @returns A radius per level, in the unit of the errors; `Infinity` when there are too few of them for the level.
 * @throws {RangeError} If a level is not between 0 and 1, an error is negative or NaN, or there are not as many
 * weights as errors.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { conformalRadii } from "@/evaluation/conformal.ts";
 *
 * expect(conformalRadii([3, 1, 2, 4], [0.4, 0.6])).toEqual([2, 3]);
 * expect(conformalRadii([3, 1], [0.9])).toEqual([Infinity]);
 * // The old error of 9 hardly counts.
 * expect(conformalRadii([9, 1, 2, 3], [0.7], { weights: [0.01, 1, 1, 1] })).toEqual([3]);
 * ```
 */
export function conformalRadii(
  errors: ArrayLike<number>,
  levels: readonly number[],
  { weights }: { readonly weights?: ArrayLike<number> | undefined } = {},
): number[] {
  for (const level of levels) {
    if (!(level > 0 && level < 1)) {
      throw new RangeError(`Cannot set an interval as its level must be between 0 and 1: current value is ${level}`);
    }
  }
  if (weights !== undefined && weights.length !== errors.length) {
    throw new RangeError(
      `Cannot set an interval as each error needs a weight: ${errors.length} errors, ${weights.length} weights`,
    );
  }
  for (let i = 0; i < errors.length; i++) {
    if (!(errors[i]! >= 0)) {
      throw new RangeError("Cannot set an interval as past errors must be sizes, so not negative and not NaN");
    }
  }
  const order = Uint32Array.from(errors, (_, i) => i).sort((a, b) => errors[a]! - errors[b]!);
  const reached = new Float64Array(order.length);
  let sum = 0;
  order.forEach((at, rank) => reached[rank] = sum += weights?.[at] ?? 1);
  return levels.map((level) => {
    // A hair less: 0.9 × 10 must not become 9.000000000000002 and ask for one error more.
    const wanted = level * (sum + 1) - 1e-9 * (sum + 1);
    let from = 0, to = reached.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (reached[middle]! < wanted) from = middle + 1;
      else to = middle;
    }
    return from === reached.length ? Infinity : errors[order[from]!]!;
  });
}
