/**
 * Hellinger distance.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import type { Sample } from "@/checks/drift/sample.ts";
import { categoriesOf, countsBetween, sturgesEdges } from "@/checks/drift/shares.ts";

/**
 * Measures how unlike two histograms are, from 0 (the same) to 1 (nothing in common).
 *
 * Numbers go into bins by Sturges' rule over their different values, as in Evidently 0.7.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, hellinger } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [categorySample(new Map([["a", 1]])), categorySample(new Map([["b", 1]]))];
 * expect(hellinger.measure(a, b)).toBe(1);
 * ```
 */
export const hellinger: DriftTest = {
  name: "hellinger",
  title: "Hellinger distance",
  kinds: ["categorical", "numerical"],
  scale: "distance",
  atThreshold: "drifted",
  threshold: 0.1,
  measure(reference, current) {
    const [p, q] = current.kind === "numerical" ? binned(reference, current) : byValue(reference, current);
    const overlap = p.reduce((sum, share, i) => sum + Math.sqrt(share * q[i]!), 0);
    return Math.sqrt(1 - Math.min(1, Math.max(0, overlap)));
  },
};

function binned(reference: Sample, current: Sample): [Float64Array, Float64Array] {
  const edges = sturgesEdges(reference, current, categoriesOf(reference, current).length);
  const inBins = (sample: Sample) => countsBetween(sample.sorted(), edges).map((count) => count / sample.size);
  return [inBins(reference), inBins(current)];
}

function byValue(reference: Sample, current: Sample): [Float64Array, Float64Array] {
  const keys = categoriesOf(reference, current);
  const ofKeys = ({ size, counts }: Sample) => Float64Array.from(keys, (key) => (counts().get(key) ?? 0) / size);
  return [ofKeys(reference), ofKeys(current)];
}
