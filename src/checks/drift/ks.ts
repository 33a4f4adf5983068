/**
 * Kolmogorov–Smirnov: the largest gap between two distribution functions.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { twoSampleTail } from "@/checks/drift/kolmogorov.ts";
import { walkTogether } from "@/checks/drift/two_sorted.ts";

/**
 * Asks whether two sets of numbers could be draws from one distribution, by the largest gap between their curves.
 *
 * The number is a p-value, as `scipy.stats.ks_2samp` computes it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ks, numberSample } from "@/checks/drift/mod.ts";
 *
 * const [quiet, loud] = [numberSample(Float64Array.of(1, 2, 3)), numberSample(Float64Array.of(4, 5, 6))];
 * expect(ks.measure(quiet, loud)).toBeCloseTo(0.1, 12);
 * ```
 */
export const ks: DriftTest = {
  name: "ks",
  title: "K-S p_value",
  kinds: ["numerical"],
  scale: "p-value",
  atThreshold: "drifted",
  threshold: 0.05,
  measure(reference, current) {
    let gap = 0;
    walkTogether(reference.sorted(), current.sorted(), (_, below, belowCurrent) => {
      gap = Math.max(gap, Math.abs(below / reference.size - belowCurrent / current.size));
    });
    return twoSampleTail(gap, reference.size, current.size);
  },
};
