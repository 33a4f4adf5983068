/**
 * Many points on a small budget, the better half of them on twice as much, until few have had the whole of it.
 *
 * @module
 */
import type { Point, Space } from "@/evaluation/search/space.ts";
import { suggest, type Tried } from "@/evaluation/search/suggest.ts";

/** Trials on one and the same share of the budget. */
export interface Rung {
  /** The number of its first trial, counted from the first of the search. */
  readonly first: number;
  /** How many trials it has. */
  readonly count: number;
  /** Of the whole budget: 0.25 is a quarter of the windows, or of the rounds. */
  readonly share: number;
}

/** What stays of each rung, and how much more budget the next one gets. */
const HALF = 2;

/**
 * Plans the rungs of successive halving (Jamieson and Talwalkar 2016), so that they have as many trials as there are.
 *
 * @param trials How many in all.
 * @param rungs How many times at most the budget doubles, and one more; few trials need fewer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { halvingRungs } from "@/evaluation/mod.ts";
 *
 * expect(halvingRungs(14, 3).map(({ count, share }) => [count, share])).toEqual([[8, 0.25], [4, 0.5], [2, 1]]);
 * expect(halvingRungs(1, 3)).toEqual([{ first: 0, count: 1, share: 1 }]);
 * ```
 */
export function halvingRungs(trials: number, rungs: number): Rung[] {
  const sizes = (most: number, depth: number) => Array.from({ length: depth }, (_, k) => Math.ceil(most / HALF ** k));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  // A rung that drops nobody tells nothing: with few trials there are fewer rungs.
  let depth = Math.max(1, rungs), most = 0;
  for (; depth > 1; depth--) {
    for (most = 0; sum(sizes(most + 1, depth)) <= trials;) most++;
    if (new Set(sizes(most, depth)).size === depth && most > 0) break;
  }
  const counts = depth === 1 ? [trials] : sizes(most, depth);
  // What rounding leaves over begins with the others, on the smallest budget.
  counts[0]! += trials - sum(counts);
  let first = 0;
  return counts.map((count, k) => {
    const rung = { first, count, share: HALF ** (k + 1 - counts.length) };
    first += count;
    return rung;
  });
}

/**
 * Suggests the next point of successive halving, and on which share of the budget it is tried. The same space, seed and
 * history give the same.
 *
 * @param history What was tried so far, in order; the loss of each on its own share of the budget.
 * @returns Undefined when the last rung is full.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { halve } from "@/evaluation/mod.ts";
 *
 * const space = [{ name: "rate", kind: "number", min: 0, max: 1, log: false }] as const;
 * const tried = [0.3, 0.1, 0.2].map((rate, k) => ({ point: { rate }, loss: [3, 1, 2][k]! }));
 * expect(halve(space, tried.slice(0, 2), { seed: 1, trials: 3, rungs: 2 })).toEqual({ point: { rate: 0.1 }, share: 1 });
 * expect(halve(space, tried, { seed: 1, trials: 3, rungs: 2 })).toBeUndefined();
 * ```
 */
export function halve(
  space: Space,
  history: readonly Tried[],
  { seed, trials, rungs }: { readonly seed: number; readonly trials: number; readonly rungs: number },
): { readonly point: Point; readonly share: number } | undefined {
  const plan = halvingRungs(trials, rungs), number = history.length;
  const at = plan.findIndex(({ first, count }) => number >= first && number < first + count);
  if (at < 0) return undefined;
  const { first, share } = plan[at]!;
  if (at === 0) return { point: suggest(space, history, { seed, search: "random" }), share };
  const before = plan[at - 1]!;
  const ranked = history.slice(before.first, before.first + before.count)
    .map((tried, k) => ({ ...tried, k }))
    .sort((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss) || a.k - b.k);
  return { point: ranked[number - first]!.point, share };
}
