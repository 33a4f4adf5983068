/**
 * Total variation distance.
 *
 * @module
 */
import { random } from "@/core/random.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import type { Sample } from "@/checks/drift/sample.ts";
import { categoriesOf } from "@/checks/drift/shares.ts";

const SHUFFLES = 1000;

/**
 * Asks whether the shares of categories have changed: the share of rows that had to change category, against 1,000 shuffles.
 *
 * The number is a p-value, the share of shuffles that are at least as far apart. Shuffles are seeded, so it repeats.
 * Evidently 0.7 shuffles too, with other random numbers: the two agree within the error of 1,000 draws.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, totalVariation } from "@/checks/drift/mod.ts";
 *
 * const half = categorySample(new Map([["a", 50], ["b", 50]]));
 * expect(totalVariation.measure(half, half)).toBe(1);
 * expect(totalVariation.measure(half, categorySample(new Map([["a", 90], ["b", 10]])))).toBe(0);
 * ```
 */
export const totalVariation: DriftTest = {
  name: "TVD",
  title: "Total-Variation-Distance",
  kinds: ["categorical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.1,
  measure(reference, current) {
    const keys = categoriesOf(reference, current), { next } = random(0);
    const both = keys.map((key) => (reference.counts().get(key) ?? 0) + (current.counts().get(key) ?? 0));
    const observed = totalVariationDistance(reference, current);
    let asFar = 0;
    for (let i = 0; i < SHUFFLES; i++) {
      const drawn = drawCounts(both, reference.size, next);
      const distance = drawn.reduce(
        (sum, count, k) => sum + Math.abs(count / reference.size - (both[k]! - count) / current.size),
        0,
      ) / 2;
      // A tie in exact arithmetic must stay one after rounding.
      if (distance >= observed - 1e-12) asFar++;
    }
    return asFar / SHUFFLES;
  },
};

/**
 * The share of rows that had to change category to turn one sample into the other.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, totalVariationDistance } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [categorySample(new Map([["x", 3], ["y", 1]])), categorySample(new Map([["x", 1], ["y", 1]]))];
 * expect(totalVariationDistance(a, b)).toBe(0.25);
 * ```
 */
export function totalVariationDistance(reference: Sample, current: Sample): number {
  const share = ({ counts, size }: Sample, key: string | number) => (counts().get(key) ?? 0) / size;
  return categoriesOf(reference, current)
    .reduce<number>((sum, key) => sum + Math.abs(share(reference, key) - share(current, key)), 0) / 2;
}

/** How often each category is among `size` values drawn from all, without putting any back. */
function drawCounts(all: readonly number[], size: number, next: () => number): number[] {
  let left = all.reduce((sum, count) => sum + count, 0), wanted = size;
  return all.map((count) => {
    const drawn = hypergeometric(count, left - count, wanted, next);
    left -= count;
    wanted -= drawn;
    return drawn;
  });
}

/** How many of `draws` are good when `good` and `bad` lie in the bag: by inversion, from the middle outwards. */
function hypergeometric(good: number, bad: number, draws: number, next: () => number): number {
  const low = Math.max(0, draws - bad), high = Math.min(draws, good);
  if (low >= high) return low;
  const mode = Math.min(high, Math.max(low, Math.floor((draws + 1) * (good + 1) / (good + bad + 2))));
  const up = (k: number) => (good - k) * (draws - k) / ((k + 1) * (bad - draws + k + 1));
  const weights = weightsAround(mode, low, high, up);
  let rest = next() * weights.total;
  for (const [k, weight] of weights.of) if ((rest -= weight) < 0) return k;
  return mode;
}

/** Weights relative to the mode's; those too small to matter are left out. */
function weightsAround(
  mode: number,
  low: number,
  high: number,
  up: (k: number) => number,
): { of: [number, number][]; total: number } {
  const of: [number, number][] = [[mode, 1]];
  let total = 1;
  for (let k = mode, w = 1; k < high && (w *= up(k)) > 1e-12; k++) [total] = [total + w, of.push([k + 1, w])];
  for (let k = mode, w = 1; k > low && (w /= up(k - 1)) > 1e-12; k--) [total] = [total + w, of.push([k - 1, w])];
  return { of, total };
}
