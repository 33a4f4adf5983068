/**
 * Energy distance.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { areaBetween } from "@/checks/drift/two_sorted.ts";

/**
 * Measures how far apart two sets of numbers are, in the root of their unit: `scipy.stats.energy_distance`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { energyDistance, numberSample } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [numberSample(Float64Array.of(0)), numberSample(Float64Array.of(2))];
 * expect(energyDistance.measure(a, b)).toBe(2);
 * ```
 */
export const energyDistance: DriftTest = {
  name: "ed",
  title: "Energy-distance",
  kinds: ["numerical"],
  scale: "distance",
  atThreshold: "same",
  threshold: 0.1,
  measure: (reference, current) => Math.sqrt(2 * areaBetween(reference.sorted(), current.sorted(), (gap) => gap * gap)),
};
