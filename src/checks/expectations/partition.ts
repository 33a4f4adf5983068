/**
 * Partitions: how a column's values are expected to be spread, over values or over bins.
 *
 * @module
 */
import type { KwargsProblem } from "@/checks/expectations/expectation.ts";

/** Shares of named values, or of bins of numbers; all of them add up to 1. */
export interface Partition {
  readonly weights: readonly number[];
  readonly values?: readonly (number | string | boolean | null)[];
  /** One edge more than weights, rising; the outer ones may be infinite. */
  readonly bins?: readonly number[];
  /** Shares below the first edge and above the last one. */
  readonly tail_weights?: readonly number[];
}

/** What is wrong with a partition. */
export function partitionProblem({ weights, values, bins, tail_weights }: Partition): KwargsProblem | undefined {
  const key = "partition_object";
  if ((values === undefined) === (bins === undefined)) {
    return { key, problem: 'needs either "values" or "bins" beside its "weights"' };
  }
  const wanted = bins === undefined ? values!.length : bins.length - 1;
  if (weights.length !== wanted) {
    const one = bins === undefined ? "value" : "bin";
    return { key, problem: `must have one weight for each ${one}: ${wanted} are needed, found ${weights.length}` };
  }
  if (bins?.some((edge, at) => at > 0 && !(edge > bins[at - 1]!))) return { key, problem: "must have rising bins" };
  const sum = [...weights, ...(tail_weights ?? [])].reduce((all, one) => all + one, 0);
  return Math.abs(sum - 1) <= 1e-5 ? undefined : { key, problem: `must have weights that add up to 1, found ${sum}` };
}

/**
 * How far an observed spread is from an expected one (Kullback-Leibler divergence, in nats), after each is brought to a
 * sum of 1; infinite where something was observed that was not expected at all.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { divergence } from "@/checks/expectations/partition.ts";
 *
 * expect(divergence([0.5, 0.5], [0.5, 0.5])).toBe(0);
 * expect(divergence([1, 1], [1, 0])).toBe(Infinity);
 * ```
 */
export function divergence(observed: readonly number[], expected: readonly number[]): number {
  const sum = (weights: readonly number[]) => weights.reduce((all, one) => all + one, 0);
  const ofObserved = sum(observed), ofExpected = sum(expected);
  return sum(observed.map((weight, k) => {
    const p = weight / ofObserved, q = expected[k]! / ofExpected;
    if (Number.isNaN(p) || Number.isNaN(q)) return NaN;
    if (p === 0) return 0;
    return q > 0 ? p * Math.log(p / q) : Infinity;
  }));
}
