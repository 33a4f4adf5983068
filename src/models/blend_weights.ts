import { type BlendSpace, fromSpace, toSpace } from "@/models/blend.ts";

/** What `blendWeights` may be told. */
export interface BlendOptions {
  /** The error to make small: a function of `src/evaluation`'s registry. Null where it is undefined. */
  readonly metric: (
    y: ArrayLike<number>,
    yHat: ArrayLike<number>,
    options: { readonly weight?: ArrayLike<number> | undefined; readonly scale?: ArrayLike<number> | undefined },
  ) => number | null;
  /** One weight per row, handed to the metric; without it the metric is told of none. */
  readonly weight?: ArrayLike<number> | undefined;
  /** One scale per row, handed to metrics that divide errors by it (MASE). */
  readonly scale?: ArrayLike<number> | undefined;
  /** The window of each row, as a code; the mean error over windows is made small. All rows are one when left out. */
  readonly window?: ArrayLike<number> | undefined;
  /** Where forecasts are averaged; `plain`, the arithmetic mean, by default. */
  readonly space?: BlendSpace;
  /** With fewer rows per member, nothing can be learnt: members count alike. */
  readonly minRows?: number;
  /** How strongly weights are drawn to being equal; each unit of squared distance costs this share of the error. */
  readonly pull?: number;
}

/**
 * Learns how much each model should count in a blend, from how earlier forecasts of all of them turned out.
 *
 * Weights are never negative and add up to 1. Starting from equal weights, weight is moved from one member to another
 * as long as the metric gets better, in ever smaller portions: no gradient is needed, so it works for every metric, and the
 * result is the same each time. A slight pull towards equal weights keeps members that hardly differ from being told apart
 * by chance. With too few rows the weights are equal.
 *
 * @param y Actuals of windows that end before the holdout, in units of y.
 * @param predictions One column of out-of-sample forecasts per member, in units of y.
 * @returns One weight per member.
 * @throws {RangeError} If there are no members, or the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { blendWeights } from "@/models/mod.ts";
 *
 * const mae = (y: ArrayLike<number>, yHat: ArrayLike<number>) =>
 *   Array.from(y, (sold, i) => Math.abs(sold - yHat[i]!)).reduce((sum, error) => sum + error) / y.length;
 * const y = Array.from({ length: 200 }, (_, i) => 50 + (i * 7) % 31);
 * const high = y.map((sold) => sold + 6), low = y.map((sold) => sold - 3), wild = y.map((_, i) => i % 100);
 * const weights = blendWeights(y, [high, low, wild], { metric: mae, pull: 0 });
 * expect([...weights].map((weight) => weight.toFixed(1))).toEqual(["0.3", "0.7", "0.0"]);
 * ```
 */
export function blendWeights(
  y: ArrayLike<number>,
  predictions: readonly ArrayLike<number>[],
  { metric, weight, scale, window, space = "plain", minRows = 50, pull = 0.02 }: BlendOptions,
): Float64Array<ArrayBuffer> {
  const members = predictions.length, rows = y.length;
  const columns = [...predictions, weight, scale, window].filter((column) => column !== undefined);
  if (members === 0 || columns.some((column) => column.length !== rows)) {
    throw new RangeError(
      `Cannot learn blend weights as there must be members with as many rows as y: y has ${rows} rows, the ${members} ` +
        `members have ${predictions.map((column) => column.length).join(", ")}`,
    );
  }
  const scored = splitWindows(y, window, { weight, scale });
  const told = predictions.map((column) => Float64Array.from(column, (forecast) => toSpace(forecast, space)));
  const errorOf = (weights: Float64Array) => {
    const yHat = blendTold(told, weights, space);
    const errors = scored.map(({ at, y, weight, scale }) => metric(y, pick(yHat, at), { weight, scale }))
      .filter((error) => error !== null);
    return errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  };
  return searchWeights({ members, rows, errorOf, minRows, pull });
}

/** What `searchWeights` goes by. */
export interface WeightSearch {
  /** How many members the blend has. */
  readonly members: number;
  /** How many rows the error is of. */
  readonly rows: number;
  /** The error of a blend by these weights, one per member; NaN where it is undefined. */
  readonly errorOf: (weights: Float64Array) => number;
  /** See {@linkcode BlendOptions}. */
  readonly minRows?: number;
  /** See {@linkcode BlendOptions}. */
  readonly pull?: number;
}

/** Portions of weight that are moved: halves of a quarter down to this. */
export const LEAST_PORTION: number = 1 / 64;

/**
 * Searches the weights of a blend by its error alone, whoever adds it up. Of two members it tries no weights but multiples
 * of {@linkcode LEAST_PORTION}.
 *
 * @returns One weight per member; they add up to 1.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { searchWeights } from "@/models/mod.ts";
 *
 * const errorOf = ([first]: Float64Array) => 1 + (first! - 0.75) ** 2;
 * expect([...searchWeights({ members: 2, rows: 1_000, errorOf, pull: 0 })]).toEqual([0.75, 0.25]);
 * ```
 */
export function searchWeights(
  { members, rows, errorOf, minRows = 50, pull = 0.02 }: WeightSearch,
): Float64Array<ArrayBuffer> {
  const equal = new Float64Array(members).fill(1 / members);
  if (members === 1 || rows < minRows * members) return equal;
  const start = errorOf(equal);
  if (!(start > 0)) return equal;
  const penalty = (of: Float64Array) => pull * start * of.reduce((sum, w) => sum + (w - 1 / members) ** 2, 0);
  let weights = equal, best = start;
  for (let portion = 1 / 4; portion >= LEAST_PORTION; portion /= 2) {
    // A better move opens new ones, so all pairs are tried until none helps; the bound only guards against rounding.
    for (let moved = true, sweep = 0; moved && sweep < 50; sweep++) {
      moved = false;
      for (let from = 0; from < members; from++) {
        for (let to = 0; to < members; to++) {
          const amount = Math.min(portion, weights[from]!);
          if (from === to || amount < 1e-9) continue;
          const next = weights.slice();
          next[from]! -= amount;
          next[to]! += amount;
          const error = errorOf(next) + penalty(next);
          if (error < best * (1 - 1e-9)) [best, weights, moved] = [error, next, true];
        }
      }
    }
  }
  return normalised(weights);
}

/**
 * Forecasts on the scale where they are averaged, as one in units of y.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { blendTold } from "@/models/mod.ts";
 *
 * expect([...blendTold([[10, 20], [30, 20]], [0.75, 0.25], "plain")]).toEqual([15, 20]);
 * ```
 */
export function blendTold(
  told: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
  space: BlendSpace,
): Float64Array<ArrayBuffer> {
  const blended = new Float64Array(told[0]?.length ?? 0);
  told.forEach((column, member) => {
    const weight = weights[member]!;
    for (let i = 0; i < blended.length; i++) blended[i]! += weight * column[i]!;
  });
  return blended.map((value) => fromSpace(value, space));
}

/** Exact zeros and a sum of exactly 1, as far as floats go: moving portions about leaves dust. */
function normalised(weights: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const clean = weights.map((weight) => weight < 1e-6 ? 0 : weight);
  const sum = clean.reduce((total, weight) => total + weight, 0);
  return clean.map((weight) => weight / sum);
}

interface ScoredWindow {
  readonly at: Uint32Array;
  readonly y: Float64Array;
  readonly weight: Float64Array | undefined;
  readonly scale: Float64Array | undefined;
}

function splitWindows(
  y: ArrayLike<number>,
  window: ArrayLike<number> | undefined,
  { weight, scale }: Pick<BlendOptions, "weight" | "scale">,
): ScoredWindow[] {
  const codes = window ? [...new Set(Array.from(window))].sort((a, b) => a - b) : [0];
  const all = Uint32Array.from(y, (_, row) => row);
  return codes.map((code) => {
    const at = window ? all.filter((row) => window[row] === code) : all;
    return { at, y: pick(y, at), weight: weight && pick(weight, at), scale: scale && pick(scale, at) };
  });
}

function pick(values: ArrayLike<number>, at: Uint32Array): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) picked[i] = values[at[i]!]!;
  return picked;
}
