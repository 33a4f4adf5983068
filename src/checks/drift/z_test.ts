/**
 * Z test: has the share of one of two values changed?
 *
 * @module
 */
import { normalTail } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { categoriesOf } from "@/checks/drift/shares.ts";

/**
 * Asks of a column with two values whether the share of one has changed: the promotion's share of days.
 *
 * The number is the two-sided p-value of the test of two proportions with a pooled variance.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample, zTest } from "@/checks/drift/mod.ts";
 *
 * const [few, many] = [10, 50].map((promo) => categorySample(new Map([[1, promo], [0, 100 - promo]])));
 * expect(zTest.measure(few!, many!)).toBeLessThan(1e-8);
 * ```
 */
export const zTest: DriftTest = {
  name: "z",
  title: "Z-test p_value",
  kinds: ["categorical", "numerical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.05,
  measure(reference, current) {
    const keys = categoriesOf(reference, current);
    if (keys.length < 2) return 1;
    // The share of everything but the first value in order; with two values, either gives the same answer.
    const first = keys.toSorted((a, b) => a < b ? -1 : 1)[0]!;
    const [n, m] = [reference.size, current.size];
    const [p, q] = [reference, current].map(({ counts, size }) => 1 - (counts().get(first) ?? 0) / size) as [
      number,
      number,
    ];
    const pooled = (p * n + q * m) / (n + m);
    return 2 * normalTail(Math.abs(p - q) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)));
  },
};
