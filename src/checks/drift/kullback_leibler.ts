/**
 * Kullback–Leibler divergence.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { sharesOf, withoutZeros } from "@/checks/drift/shares.ts";

/**
 * Measures how badly the current histogram stands in for the reference: `scipy.stats.entropy` of the two.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, kullbackLeibler } from "@/checks/drift/mod.ts";
 *
 * const half = categorySample(new Map([["a", 50], ["b", 50]]));
 * expect(kullbackLeibler.measure(half, half)).toBe(0);
 * ```
 */
export const kullbackLeibler: DriftTest = {
  name: "kl_div",
  title: "Kullback-Leibler divergence",
  kinds: ["categorical", "numerical"],
  scale: "distance",
  atThreshold: "drifted",
  threshold: 0.1,
  measure(reference, current) {
    const shares = sharesOf(reference, current);
    const [p, q] = [withoutZeros(shares.reference), withoutZeros(shares.current)].map(toOne) as [
      Float64Array,
      Float64Array,
    ];
    return p.reduce((sum, share, i) => sum + share * Math.log(share / q[i]!), 0);
  },
};

function toOne(shares: Float64Array): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
