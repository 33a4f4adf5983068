/**
 * How much errors differ from row to row: shops that are hard to foresee, far steps, holidays.
 *
 * @module
 */

/** The usual size of errors, and by how much groups of rows differ from it. */
export interface ErrorSpread {
  /** The mean size of errors over all rows, those of freak rows cut off. */
  readonly base: number;
  /** Factor → group → the logarithm of what its errors are multiplied by; groups that are not listed have 0. */
  readonly factors: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** One factor's group of each row, as codes into its names. */
export interface CodedFactor {
  /** The groups of the factor, each once. */
  readonly names: readonly string[];
  /** Row by row the position of its group in `names`. */
  readonly codes: Int32Array;
}

/** Errors count at most this many times their expected size: one collapsed shop is not the spread of its state. */
const MOST = 6;

const SWEEPS = 3;

const TURNS = 20;

/**
 * Learns how large errors are in each group, other factors being equal: a product of one multiplier per factor.
 *
 * Each group's multiplier is drawn towards 1 as if it had `prior` more rows of the usual size, so that a group with few
 * rows says little. Factors are fitted in turn, three times over (backfitting).
 *
 * @param sizes Sizes of past errors, in any unit.
 * @param factors Name → its groups; each row's code is 0, 1, … in `names`.
 * @param options.prior Rows that each group of a factor must outweigh.
 * @param options.rows Rows to learn from, all when left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { fitSpread } from "@/evaluation/intervals/error_spread.ts";
 *
 * const promo = { names: ["no", "yes"], codes: Int32Array.of(0, 0, 1, 1) };
 * const spread = fitSpread([1, 1, 3, 3], { promo }, { prior: () => 0 });
 * expect(spread.base).toBe(2);
 * expect(Math.exp(spread.factors.promo!.yes!)).toBeCloseTo(1.5);
 * ```
 */
export function fitSpread(
  sizes: ArrayLike<number>,
  factors: Readonly<Record<string, CodedFactor>>,
  { prior, rows = Uint32Array.from(sizes, (_, row) => row) }: {
    readonly prior: (factor: string) => number;
    readonly rows?: Uint32Array;
  },
): ErrorSpread {
  // Loops over a few hundred thousand rows for every factor and sweep: typed arrays, no callbacks.
  const expected = new Float64Array(rows.length).fill(meanSize(sizes, rows));
  let base = expected[0] ?? 1;
  const names = Object.keys(factors);
  const multipliers = names.map((name) => new Float64Array(factors[name]!.names.length).fill(1));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    // What is common to all rows belongs to the base: a factor that took it would mislead about groups it has not seen.
    let common = 0;
    for (let i = 0; i < rows.length; i++) common += Math.min(MOST, sizes[rows[i]!]! / expected[i]!);
    if (common > 0) {
      common /= rows.length;
      base *= common;
      for (let i = 0; i < rows.length; i++) expected[i]! *= common;
    }
    names.forEach((name, f) => {
      const { codes } = factors[name]!, own = multipliers[f]!, weight = prior(name);
      const sum = new Float64Array(own.length), count = new Float64Array(own.length);
      for (let i = 0; i < rows.length; i++) {
        const code = codes[rows[i]!]!;
        expected[i]! /= own[code]!;
        sum[code]! += Math.min(MOST, sizes[rows[i]!]! / expected[i]!);
        count[code]!++;
      }
      for (let code = 0; code < own.length; code++) {
        const known = count[code]! + weight;
        // A group whose every forecast was exact keeps a sliver: a width of nothing would promise too much.
        own[code] = known > 0 ? Math.max(0.05, (sum[code]! + weight) / known) : 1;
      }
      for (let i = 0; i < rows.length; i++) expected[i]! *= own[codes[rows[i]!]!]!;
    });
  }
  return {
    base,
    factors: Object.fromEntries(names.map((name, f) => [
      name,
      Object.fromEntries(
        factors[name]!.names.map((group, code) => [group, Math.log(multipliers[f]![code]!)] as const)
          .filter(([, log]) => log !== 0),
      ),
    ])),
  };
}

/** The mean of sizes that are cut off at `MOST` times that mean. */
function meanSize(sizes: ArrayLike<number>, rows: Uint32Array): number {
  let mean = 0;
  for (let i = 0; i < rows.length; i++) mean += sizes[rows[i]!]! / rows.length;
  if (!(mean > 0)) return 1;
  for (let turn = 0; turn < TURNS; turn++) {
    let ratio = 0;
    for (let i = 0; i < rows.length; i++) ratio += Math.min(MOST, sizes[rows[i]!]! / mean) / rows.length;
    mean *= ratio;
  }
  return mean;
}

/**
 * The usual size of errors in the groups that a row belongs to.
 *
 * @param groups Factor → the row's group; groups that were never seen are usual.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { spreadIn } from "@/evaluation/intervals/error_spread.ts";
 *
 * const spread = { base: 0.1, factors: { promo: { "1": Math.log(2) } } };
 * expect(spreadIn(spread, { promo: "1" })).toBeCloseTo(0.2);
 * expect(spreadIn(spread, { promo: "0" })).toBeCloseTo(0.1);
 * ```
 */
export function spreadIn({ base, factors }: ErrorSpread, groups: Readonly<Record<string, string>>): number {
  let log = 0;
  for (const name in factors) log += factors[name]![groups[name]!] ?? 0;
  return base * Math.exp(log);
}
