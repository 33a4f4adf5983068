/** A table's rows explained as `level × one factor per key`. */
export interface Factors {
  /** What a row of average factors sells, in units of y. */
  readonly level: number;
  /** Per key one factor per level of it; their mean over the training rows is 1. */
  readonly factors: readonly Float64Array<ArrayBuffer>[];
}

/** A way of grouping rows. */
export interface Grouping {
  /** The group of each row; −1 where it has none. */
  readonly codes: Int32Array;
  /** How many groups there are. */
  readonly count: number;
}

/**
 * Splits sales into factors that multiply: a store sells 1.3 times the average, a Monday 0.8 times, and so on.
 *
 * Iterative proportional fitting: key after key, each group's factor is scaled until the group's fitted total is its true
 * total. This climbs to the maximum likelihood of a Poisson regression with a log link, without an equation to solve.
 * A row without a group in some key is not touched by that key. Groups that sold nothing (or less) get the factor 0.
 * A row may stand for several that have all groups in common: the fit is the same.
 *
 * @param sold What each row sold in all, in units of y; times its weight, where it has one.
 * @param groupings One per key.
 * @param options.weight How much each row counts, or how many it stands for; 1 when left out.
 * @param options.passes How often all keys are gone through.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { proportionalFit } from "@/models/math/proportional_fit.ts";
 *
 * const store = { codes: Int32Array.of(0, 0, 1, 1), count: 2 }, weekday = { codes: Int32Array.of(0, 1, 0, 1), count: 2 };
 * const { level, factors } = proportionalFit([10, 30, 20, 60], [store, weekday]);
 * expect(level).toBeCloseTo(30);
 * expect([...factors[0]!].map((f) => f.toFixed(3))).toEqual(["0.667", "1.333"]);
 * expect([...factors[1]!]).toEqual([0.5, 1.5]);
 * ```
 */
export function proportionalFit(
  sold: ArrayLike<number>,
  groupings: readonly Grouping[],
  { weight, passes = 4 }: { readonly weight?: ArrayLike<number> | undefined; readonly passes?: number } = {},
): Factors {
  const rows = sold.length;
  const weightOf = (row: number) => weight ? weight[row]! : 1;
  let total = 0, weights = 0;
  for (let i = 0; i < rows; i++) {
    total += sold[i]!;
    weights += weightOf(i);
  }
  let level = weights > 0 ? Math.max(0, total / weights) : 0;
  const fitted = new Float64Array(rows).fill(level);
  const factors = groupings.map(({ count }) => new Float64Array(count).fill(1));
  // Loops over codes: twenty passes over a million rows, where a callback per row would dominate the time.
  for (let pass = 0; pass < passes; pass++) {
    groupings.forEach(({ codes, count }, k) => {
      const found = new Float64Array(count), expected = new Float64Array(count);
      for (let i = 0; i < rows; i++) {
        const group = codes[i]!;
        if (group < 0) continue;
        found[group]! += sold[i]!;
        expected[group]! += weightOf(i) * fitted[i]!;
      }
      // 0 / 0 is a group that another key has silenced already, or whose rows weigh nothing: it stays as it is.
      const ratio = found.map((sum, group) => expected[group]! > 0 ? Math.max(0, sum / expected[group]!) : 1);
      for (let group = 0; group < count; group++) factors[k]![group]! *= ratio[group]!;
      for (let i = 0; i < rows; i++) if (codes[i]! >= 0) fitted[i]! *= ratio[codes[i]!]!;
    });
  }
  // A factor of 1 shall mean "average", so that a group never seen in training can be given it.
  groupings.forEach(({ codes }, k) => {
    let sum = 0, counted = 0;
    for (let i = 0; i < rows; i++) {
      if (codes[i]! < 0) continue;
      sum += weightOf(i) * factors[k]![codes[i]!]!;
      counted += weightOf(i);
    }
    const average = counted > 0 ? sum / counted : 0;
    if (!(average > 0)) return;
    for (let group = 0; group < factors[k]!.length; group++) factors[k]![group]! /= average;
    level *= average;
  });
  return { level, factors };
}
