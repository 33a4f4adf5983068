/**
 * Mann–Whitney U.
 *
 * @module
 */
import { normalTail } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { walkTogether } from "@/checks/drift/two_sorted.ts";

/** Up to this size of one sample, and without ties, orders are counted. */
const EXACT = 8;

/**
 * Asks whether values have become larger: the reference's ranks against the current ones.
 *
 * The number is a one-sided p-value, `scipy.stats.mannwhitneyu(…, alternative="less")` as Evidently calls it: a fall in
 * the values is not drift to this test.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mannWhitney, numberSample } from "@/checks/drift/mod.ts";
 *
 * const [low, high] = [numberSample(Float64Array.of(1, 2, 3)), numberSample(Float64Array.of(4, 5, 6))];
 * expect(mannWhitney.measure(low, high)).toBeCloseTo(0.05, 12);
 * expect(mannWhitney.measure(high, low)).toBe(1);
 * ```
 */
export const mannWhitney: DriftTest = {
  name: "mannw",
  title: "Mann-Whitney U-rank test",
  kinds: ["numerical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.05,
  measure(reference, current) {
    const [n, m] = [reference.size, current.size], N = n + m;
    let rankSum = 0, ties = 0, lastN = 0, lastM = 0;
    walkTogether(reference.sorted(), current.sorted(), (_, belowN, belowM) => {
      const tied = belowN + belowM - lastN - lastM;
      rankSum += (belowN - lastN) * (lastN + lastM + belowN + belowM + 1) / 2;
      ties += tied ** 3 - tied;
      [lastN, lastM] = [belowN, belowM];
    });
    const u = n * m - (rankSum - n * (n + 1) / 2);
    if (Math.min(n, m) <= EXACT && ties === 0) return Math.min(1, shareOfOrders(u, n, m));
    const spread = Math.sqrt(n * m / 12 * (N + 1 - ties / (N * (N - 1))));
    return spread === 0 ? 1 : normalTail((u - n * m / 2 - 0.5) / spread);
  },
};

/** The share of all orders of n and m values whose U is at least as large. */
function shareOfOrders(u: number, n: number, m: number): number {
  const most = n * m;
  // ways[k] counts the partitions of k into at most n parts, none above m: a product of polynomials, one factor a time.
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let k = most; k >= m + i; k--) ways[k]! -= ways[k - m - i]!;
    for (let k = i; k <= most; k++) ways[k]! += ways[k - i]!;
  }
  let above = 0, all = 0;
  for (let k = 0; k <= most; k++) {
    all += ways[k]!;
    if (k >= u) above += ways[k]!;
  }
  return above / all;
}
