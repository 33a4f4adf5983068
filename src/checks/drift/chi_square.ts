/**
 * Chi-square: are categories as frequent as they were?
 *
 * @module
 */
import { chiSquareTail } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { categoriesOf } from "@/checks/drift/shares.ts";

/**
 * Asks whether each category is as frequent as the reference lets expect.
 *
 * The number is a p-value, as `scipy.stats.chisquare` computes it with the reference's shares as expectation; a category
 * that the reference never had makes it 0.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, chiSquare } from "@/checks/drift/mod.ts";
 *
 * const half = categorySample(new Map([["a", 50], ["b", 50]]));
 * expect(chiSquare.measure(half, half)).toBe(1);
 * ```
 */
export const chiSquare: DriftTest = {
  name: "chisquare",
  title: "chi-square p_value",
  kinds: ["categorical", "numerical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.05,
  measure(reference, current) {
    const keys = categoriesOf(reference, current), scale = current.size / reference.size;
    let statistic = 0;
    for (const key of keys) {
      const wanted = (reference.counts().get(key) ?? 0) * scale, found = current.counts().get(key) ?? 0;
      statistic += (found - wanted) ** 2 / wanted;
    }
    return keys.length < 2 ? 1 : chiSquareTail(statistic, keys.length - 1);
  },
};
