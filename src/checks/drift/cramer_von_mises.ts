/**
 * Cramér–von Mises for two samples.
 *
 * @module
 */
import { logGamma } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { walkTogether } from "@/checks/drift/two_sorted.ts";

/** Up to this size of both samples, orders are counted. */
const EXACT = 20;

/**
 * Asks whether two sets of numbers could be draws from one distribution, by the squared gaps between their curves.
 *
 * The number is a p-value, as `scipy.stats.cramervonmises_2samp` computes it: exact up to 20 values (Xiao et al. 2006),
 * otherwise from the limiting distribution (Csörgő & Faraway 1996).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { cramerVonMises, numberSample } from "@/checks/drift/mod.ts";
 *
 * const [low, high] = [numberSample(Float64Array.of(1, 2, 3)), numberSample(Float64Array.of(4, 5, 6))];
 * expect(cramerVonMises.measure(low, high)).toBeCloseTo(0.1, 12);
 * ```
 */
export const cramerVonMises: DriftTest = {
  name: "cramer_von_mises",
  title: "Cramer-von Mises",
  kinds: ["numerical"],
  scale: "p-value",
  atThreshold: "drifted",
  threshold: 0.1,
  measure(reference, current) {
    const [n, m] = [reference.size, current.size], k = n * m, N = n + m;
    if (Math.min(n, m) < 2) {
      throw new RangeError(`Cannot compare ${n} with ${m} values as Cramér–von Mises needs 2 of each`);
    }
    let u = 0, lastN = 0, lastM = 0;
    walkTogether(reference.sorted(), current.sorted(), (_, belowN, belowM) => {
      const rank = (lastN + lastM + belowN + belowM + 1) / 2;
      for (let i = lastN + 1; i <= belowN; i++) u += n * (rank - i) ** 2;
      for (let j = lastM + 1; j <= belowM; j++) u += m * (rank - j) ** 2;
      [lastN, lastM] = [belowN, belowM];
    });
    if (Math.max(n, m) <= EXACT) return shareOfOrders(u, n, m);
    const t = u / (k * N) - (4 * k - 1) / (6 * N), mean = (1 + 1 / N) / 6;
    const variance = (N + 1) * (4 * k * N - 3 * (n * n + m * m) - 2 * k) / (45 * N * N * 4 * k);
    const limit = 1 / 6 + (t - mean) / Math.sqrt(45 * variance);
    return limit < 0.003 ? 1 : Math.max(0, 1 - shareBelow(limit));
  },
};

/** The share of all orders of n and m values whose statistic is at least as large. */
function shareOfOrders(u: number, n: number, m: number): number {
  const lcm = n * m / gcd(n, m), a = lcm / n, b = lcm / m, k = n * m;
  const zeta = Math.floor(lcm ** 2 * (n + m) * (6 * u - k * (4 * k - 1)) / (6 * k ** 2));
  // How often each value of the statistic occurs, cell by cell of the lattice (equation 11 of Xiao et al.).
  let column: Map<number, number>[] = [new Map([[0, 1]]), ...Array.from({ length: n }, () => new Map())];
  for (let i = 0; i <= m; i++) {
    const next: Map<number, number>[] = [];
    let left: ReadonlyMap<number, number> = new Map();
    for (let j = 0; j <= n; j++) {
      const cell = new Map<number, number>(), step = (a * j - b * i) ** 2;
      for (const from of [left, column[j]!]) {
        for (const [value, count] of from) cell.set(value + step, (cell.get(value + step) ?? 0) + count);
      }
      next.push(cell);
      left = cell;
    }
    column = next;
  }
  let above = 0, all = 0;
  for (const [value, count] of column[n]!) {
    all += count;
    if (value >= zeta) above += count;
  }
  return above / all;
}

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

/** The limiting distribution function: equation 1.2 of Csörgő & Faraway. */
function shareBelow(x: number): number {
  let total = 0;
  for (let k = 0;; k++) {
    const y = 4 * k + 1, q = y * y / (16 * x);
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = weight * Math.sqrt(y) * Math.exp(-q) * besselQuarter(q);
    total += term;
    if (Math.abs(term) < 1e-7) return total;
  }
}

/** The modified Bessel function of the second kind of order 1/4: its integral, by the trapezium rule. */
function besselQuarter(z: number): number {
  const step = 1 / 64;
  let sum = Math.exp(-z) / 2;
  for (let t = step;; t += step) {
    const term = Math.exp(-z * Math.cosh(t)) * Math.cosh(t / 4);
    sum += term;
    if (term < sum * 1e-17) return sum * step;
  }
}
