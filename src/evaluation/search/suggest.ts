/**
 * What to try next: by chance at first, then more like what did well.
 *
 * @module
 */
import { type Random, random } from "@/core/random.ts";
import { type Dimension, type Point, positionOf, type Space, valueAt } from "@/evaluation/search/space.ts";

/** How to search. */
export const SEARCHES = ["random", "tpe", "halving"] as const;

/** How to search: by chance alone, by a tree-structured Parzen estimator, or by successive halving (see `halve`). */
export type Search = typeof SEARCHES[number];

/** What came of a point. */
export interface Tried {
  /** The parameters that were tried. */
  readonly point: Point;
  /** Lower is better; Infinity where the trial failed or was given up. */
  readonly loss: number;
}

/** How a search goes on. */
export interface SuggestOptions {
  /** The same seed, space and history suggest the same point. */
  readonly seed: number;
  /** By chance alone, or learning from what did well; `tpe` when left out. */
  readonly search?: Exclude<Search, "halving">;
  /** Points by chance before the search learns from them. */
  readonly startup?: number;
}

/** The share of trials that count as good, and how many points each suggestion is chosen from. */
const GOOD = 0.25, CANDIDATES = 24;

/**
 * Suggests the next point of a search. The same space, seed and history give the same point, so that a search which was
 * stopped goes on as if it had not been.
 *
 * After `startup` points by chance, `tpe` (Bergstra et al. 2011) puts kernels on the points of the best quarter and on
 * the others, dimension by dimension, and takes of 24 points that are likely among the good the one that is least likely
 * among the others.
 *
 * @param history What was tried so far, in order; the next point depends on how many they are.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { suggest } from "@/evaluation/mod.ts";
 *
 * const space = [{ name: "rate", kind: "number", min: 0.01, max: 1, log: true }] as const;
 * expect(suggest(space, [], { seed: 1 })).toEqual(suggest(space, [], { seed: 1 }));
 * expect(suggest(space, [], { seed: 1 })).not.toEqual(suggest(space, [], { seed: 2 }));
 * ```
 */
export function suggest(
  space: Space,
  history: readonly Tried[],
  { seed, search = "tpe", startup = 8 }: SuggestOptions,
): Point {
  const chance = random(seed, history.length);
  const known = history.filter(({ loss }) => Number.isFinite(loss));
  if (search === "random" || history.length < startup || known.length < 2) return anyPoint(space, chance);
  const ranked = history.toSorted((a, b) => a.loss - b.loss);
  const count = Math.max(1, Math.min(known.length, Math.ceil(GOOD * history.length)));
  const good = ranked.slice(0, count), others = ranked.slice(count);
  return Object.fromEntries(space.map((dimension) => [dimension.name, likely(dimension, good, others, chance)]));
}

function anyPoint(space: Space, chance: Random): Point {
  return Object.fromEntries(space.map((dimension) => [dimension.name, valueAt(dimension, chance.next())]));
}

function likely(dimension: Dimension, good: readonly Tried[], others: readonly Tried[], chance: Random) {
  const values = (tried: readonly Tried[]) =>
    tried.flatMap(({ point }) => point[dimension.name] === undefined ? [] : [point[dimension.name]!]);
  return dimension.kind === "choice"
    ? likelyChoice(dimension.values, values(good), values(others), chance)
    : likelyNumber(dimension, values(good), values(others), chance);
}

/** Choices by how often they were good, each as if it had been seen once more. */
function likelyChoice<Value>(
  all: readonly Value[],
  good: readonly Value[],
  others: readonly Value[],
  chance: Random,
): Value {
  const share = (value: Value, among: readonly Value[]) =>
    (1 + among.filter((own) => own === value).length) / (all.length + among.length);
  let drawn = chance.next();
  // Drawn among the good; of those the one whose share among the others is least.
  const candidates = Array.from({ length: CANDIDATES }, () => {
    let left = drawn;
    drawn = chance.next();
    return all.find((value) => (left -= share(value, good)) < 0) ?? all.at(-1)!;
  });
  return best(candidates, (value) => Math.log(share(value, good)) - Math.log(share(value, others)));
}

function likelyNumber(
  dimension: Dimension,
  good: readonly (string | number | boolean)[],
  others: readonly (string | number | boolean)[],
  chance: Random,
) {
  const near = kernels(good.map((value) => positionOf(dimension, value)));
  const far = kernels(others.map((value) => positionOf(dimension, value)));
  const candidates = Array.from({ length: CANDIDATES }, () => {
    const { centre, width } = near[chance.integer(near.length)]!;
    if (width === Infinity) return chance.next();
    // What falls out of the space is drawn again; it never takes many draws, as every centre lies within.
    for (let draw = 0; draw < 50; draw++) {
      const at = centre + width * chance.normal();
      if (at >= 0 && at <= 1) return at;
    }
    return centre;
  });
  return valueAt(dimension, best(candidates, (at) => Math.log(density(near, at)) - Math.log(density(far, at))));
}

/** A bump of the density; the one of infinite width is the uniform prior. */
interface Kernel {
  readonly centre: number;
  readonly width: number;
}

/** One kernel per point, as wide as its neighbours are away, and the prior. */
function kernels(positions: readonly number[]): Kernel[] {
  const sorted = positions.toSorted((a, b) => a - b), least = Math.min(0.25, 1 / (1 + sorted.length));
  return [
    { centre: 0.5, width: Infinity },
    ...sorted.map((centre, at) => {
      const left = centre - (sorted[at - 1] ?? 0), right = (sorted[at + 1] ?? 1) - centre;
      return { centre, width: Math.min(0.5, Math.max(least, left, right)) };
    }),
  ];
}

function density(all: readonly Kernel[], at: number): number {
  let sum = 0;
  for (const { centre, width } of all) {
    sum += width === Infinity
      ? 1
      : Math.exp(-((at - centre) ** 2) / (2 * width ** 2)) / (width * Math.sqrt(2 * Math.PI));
  }
  return sum / all.length;
}

function best<Value>(candidates: readonly Value[], score: (candidate: Value) => number): Value {
  let winner = candidates[0] as Value, most = -Infinity;
  for (const candidate of candidates) {
    const own = score(candidate);
    if (own <= most) continue;
    winner = candidate;
    most = own;
  }
  return winner;
}

/**
 * Tells whether a trial should be given up: after some folds it is worse than half of the trials were that far.
 *
 * @param losses The trial's losses so far, one per fold.
 * @param finished The losses of finished trials, fold by fold.
 * @param options.startup Trials that are finished before any is given up.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { shouldGiveUp } from "@/evaluation/mod.ts";
 *
 * const finished = [[1, 1], [2, 2], [3, 3]];
 * expect(shouldGiveUp([2.5], finished, { startup: 3 })).toBe(true);
 * expect(shouldGiveUp([1.5], finished, { startup: 3 })).toBe(false);
 * expect(shouldGiveUp([9], finished, { startup: 4 })).toBe(false);
 * ```
 */
export function shouldGiveUp(
  losses: readonly number[],
  finished: readonly (readonly number[])[],
  { startup }: { readonly startup: number },
): boolean {
  if (losses.length === 0 || finished.length < startup) return false;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rivals = finished.filter((own) => own.length >= losses.length)
    .map((own) => mean(own.slice(0, losses.length))).sort((a, b) => a - b);
  if (rivals.length === 0) return false;
  const middle = rivals.length >> 1;
  const median = rivals.length % 2 === 1 ? rivals[middle]! : (rivals[middle - 1]! + rivals[middle]!) / 2;
  return mean(losses) > median;
}
