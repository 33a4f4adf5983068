/**
 * Jensen–Shannon: how unlike two histograms are.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { sharesOf } from "@/checks/drift/shares.ts";

/**
 * Measures how unlike two histograms are, from 0 (the same) to 0.83 (nothing in common).
 *
 * The square root of the divergence in natural logarithms, as `scipy.spatial.distance.jensenshannon`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, jensenShannon } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [categorySample(new Map([["a", 1]])), categorySample(new Map([["b", 1]]))];
 * expect(jensenShannon.measure(a, b)).toBeCloseTo(Math.sqrt(Math.LN2), 12);
 * ```
 */
export const jensenShannon: DriftTest = {
  name: "jensenshannon",
  title: "Jensen-Shannon distance",
  kinds: ["categorical", "numerical"],
  scale: "distance",
  atThreshold: "drifted",
  threshold: 0.1,
  measure(reference, current) {
    const { reference: p, current: q } = sharesOf(reference, current);
    let divergence = 0;
    for (let i = 0; i < p.length; i++) {
      const middle = (p[i]! + q[i]!) / 2;
      if (p[i]! > 0) divergence += p[i]! * Math.log(p[i]! / middle);
      if (q[i]! > 0) divergence += q[i]! * Math.log(q[i]! / middle);
    }
    // Rounding can leave a tiny negative number where nothing differs.
    return Math.sqrt(Math.max(0, divergence) / 2);
  },
};
