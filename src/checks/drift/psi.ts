/**
 * Population stability index.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { sharesOf, withoutZeros } from "@/checks/drift/shares.ts";

/**
 * Measures how much a histogram has shifted, in the index that risk departments use: below 0.1 little, above 0.25 much.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, psi } from "@/checks/drift/mod.ts";
 *
 * const half = categorySample(new Map([["a", 50], ["b", 50]]));
 * expect(psi.measure(half, categorySample(new Map([["a", 25], ["b", 75]])))).toBeCloseTo(0.27465, 5);
 * ```
 */
export const psi: DriftTest = {
  name: "psi",
  title: "PSI",
  kinds: ["categorical", "numerical"],
  scale: "distance",
  atThreshold: "drifted",
  threshold: 0.1,
  measure(reference, current) {
    const shares = sharesOf(reference, current);
    const [p, q] = [withoutZeros(shares.reference), withoutZeros(shares.current)];
    return p.reduce((sum, share, i) => sum + (share - q[i]!) * Math.log(share / q[i]!), 0);
  },
};
