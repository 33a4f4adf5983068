/**
 * Anderson–Darling for two samples.
 *
 * @module
 */
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { walkTogether } from "@/checks/drift/two_sorted.ts";

/** Scholz & Stephens (1987), table 2, for two samples: critical values at these levels. */
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
const CRITICAL = [0.325, 1.226, 1.961, 2.718, 3.752, 4.592, 6.546];

/**
 * Asks whether two sets of numbers could be draws from one distribution, with an eye on its tails.
 *
 * The number is a p-value between 0.001 and 0.25, as `scipy.stats.anderson_ksamp` interpolates it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { andersonDarling, numberSample } from "@/checks/drift/mod.ts";
 *
 * const [low, high] = [0, 50].map((from) => numberSample(Float64Array.from({ length: 50 }, (_, i) => from + i)));
 * expect(andersonDarling.measure(low!, high!)).toBe(0.001);
 * ```
 */
export const andersonDarling: DriftTest = {
  name: "anderson",
  title: "Anderson-Darling",
  kinds: ["numerical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.1,
  measure(reference, current) {
    const [n, m] = [reference.size, current.size], total = n + m;
    if (total < 4) throw new RangeError(`Cannot compare ${n} with ${m} values as Anderson–Darling needs 4 in all`);
    let statistic = 0, lastN = 0, lastM = 0;
    walkTogether(reference.sorted(), current.sorted(), (_, belowN, belowM) => {
      const ties = belowN + belowM - lastN - lastM, before = lastN + lastM + ties / 2;
      const spread = before * (total - before) - total * ties / 4;
      const midN = (lastN + belowN) / 2, midM = (lastM + belowM) / 2;
      if (spread > 0) {
        statistic += ties / total * ((total * midN - before * n) ** 2 / n + (total * midM - before * m) ** 2 / m) /
          spread;
      }
      [lastN, lastM] = [belowN, belowM];
    });
    return tail((statistic * (total - 1) / total - 1) / Math.sqrt(variance(n, m)));
  },
};

/** The variance of the statistic when nothing has changed: Scholz & Stephens, equation 4, for two samples. */
function variance(n: number, m: number): number {
  const N = n + m, H = 1 / n + 1 / m;
  let h = 1, g = 0, partial = 0;
  for (let i = 2; i < N; i++) h += 1 / i;
  for (let i = N - 1, j = 2; i > 1; i--, j++) {
    partial += 1 / i;
    g += partial / j;
  }
  const a = 4 * g - 6 + (10 - 6 * g) * H;
  const b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * H + 4 * h;
  const d = 4 * (2 * h + 6) - 8 * h;
  return (a * N ** 3 + b * N ** 2 + c * N + d) / ((N - 1) * (N - 2) * (N - 3));
}

/** The probability by a parabola through the logarithms of the levels. */
function tail(statistic: number): number {
  if (!(statistic >= CRITICAL[0]!)) return LEVELS[0]!;
  if (statistic > CRITICAL.at(-1)!) return LEVELS.at(-1)!;
  const [c0, c1, c2] = parabola(CRITICAL, LEVELS.map(Math.log));
  return Math.exp(c0 + c1 * statistic + c2 * statistic ** 2);
}

/** The least-squares parabola through points: its three coefficients, by Cramer's rule. */
function parabola(x: readonly number[], y: readonly number[]): [number, number, number] {
  const power = (k: number) => x.reduce((sum, value) => sum + value ** k, 0);
  const moment = (k: number) => x.reduce((sum, value, i) => sum + value ** k * y[i]!, 0);
  const rows = [0, 1, 2].map((i) => [power(i), power(i + 1), power(i + 2)]);
  const right = [moment(0), moment(1), moment(2)];
  const whole = determinant(rows);
  const at = (column: number) =>
    determinant(rows.map((row, i) => row.map((value, j) => j === column ? right[i]! : value))) / whole;
  return [at(0), at(1), at(2)];
}

function determinant(m: readonly (readonly number[])[]): number {
  const [[a, b, c], [d, e, f], [g, h, i]] = m as [number[], number[], number[]] as [
    [number, number, number],
    [number, number, number],
    [number, number, number],
  ];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
