/**
 * How likely a Kolmogorov–Smirnov distance is when nothing has changed.
 *
 * The same choices as scipy, so that p-values agree: lattice paths counted exactly for two samples of at most 10,000
 * values (Hodges 1958), otherwise the one-sample distribution at the harmonic size (Simard & L'Ecuyer 2011).
 *
 * @module
 */
import { logGamma } from "@/checks/drift/distributions.ts";

/** The largest sample for which paths are counted. */
const EXACT = 10_000;

/**
 * The probability that two samples of one distribution are at least `distance` apart.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { twoSampleTail } from "@/checks/drift/kolmogorov.ts";
 *
 * // Of the 20 orders of three and three values, 2 keep the samples wholly apart.
 * expect(twoSampleTail(1, 3, 3)).toBeCloseTo(0.1, 12);
 * ```
 */
export function twoSampleTail(distance: number, n1: number, n2: number): number {
  if (Math.max(n1, n2) <= EXACT) {
    const divisor = gcd(n1, n2), h = Math.round(distance * (n1 / divisor) * n2);
    if (h === 0) return 1;
    return clip(n1 === n2 ? outsideSquare(n1, h) : outsideBand(Math.max(n1, n2), Math.min(n1, n2), divisor, h));
  }
  return clip(oneSampleTail(distance, roundHalfEven(n1 / (n1 + n2) * n2)));
}

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);
const clip = (p: number): number => Math.min(1, Math.max(0, p));
const roundHalfEven = (x: number): number => Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);

/** The share of paths through a square that leave the band |x − y| < h. */
function outsideSquare(n: number, h: number): number {
  let p = 0;
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let term = 1;
    for (let j = 0; j < h; j++) term = (n - k * h - j) * term / (n + k * h + j + 1);
    p = term * (1 - p);
  }
  return 2 * p;
}

/** The share of paths through an m × n rectangle (m > n) that leave the band around the diagonal. */
function outsideBand(m: number, n: number, divisor: number, h: number): number {
  const mg = m / divisor, ng = n / divisor;
  let from = 0, to = Math.min(Math.ceil(h / mg), n + 1);
  const share = new Float64Array(n + 2).fill(1);
  share.fill(0, from, to);
  // A loop over the band's columns: each cell is a mean of its left and lower neighbours, weighted by how paths arrive.
  for (let i = 1; i <= m; i++) {
    const before = from, length = to - from;
    from = Math.min(Math.max(Math.floor((ng * i - h) / mg) + 1, 0), n);
    to = Math.min(Math.ceil((ng * i + h) / mg), n + 1);
    if (to <= from) return 1;
    let value = from === 0 ? 0 : 1;
    for (let j = from; j < to; j++) {
      value = (share[j - before]! * i + value * j) / (i + j);
      share[j - from] = value;
    }
    if (length > to - from) share.fill(1, to - from, length);
  }
  return share[to - from - 1]!;
}

/** The probability that the empirical distribution of n values strays at least `x` from the true one. */
function oneSampleTail(x: number, n: number): number {
  if (x >= 1) return 0;
  const t = n * x;
  if (t <= 0.5) return 1;
  if (t <= 1) return 1 - Math.exp(logGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1));
  if (t >= n - 1) return 2 * (1 - x) ** n;
  if (x >= 0.5) return 2 * oneSided(n, x);
  if (n <= 140) return t * x > 4 ? 2 * oneSided(n, x) : 1 - matrixShare(n, x);
  if (t * x >= 370) return 0;
  if (t * x >= 2.2) return 2 * oneSided(n, x);
  return 1 - (n <= 100_000 && n * x ** 1.5 <= 1.4 ? matrixShare(n, x) : pelzGood(n, x));
}

/** Smirnov's one-sided tail, a sum of positive terms. */
function oneSided(n: number, x: number): number {
  let sum = 0;
  const all = logGamma(n + 1);
  for (let j = 0; j <= Math.floor(n * (1 - x)); j++) {
    const rest = 1 - x - j / n;
    if (rest <= 0) break;
    const ways = all - logGamma(j + 1) - logGamma(n - j + 1);
    sum += Math.exp(ways + (j - 1) * Math.log(x + j / n) + (n - j) * Math.log(rest));
  }
  return x * sum;
}

/** Durbin's matrix as computed by Marsaglia, Tsang & Wang (2003): exact, dear for large n. */
function matrixShare(n: number, x: number): number {
  const k = Math.ceil(n * x), size = 2 * k - 1, h = k - n * x;
  const start = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => i - j + 1 < 0 ? 0 : 1));
  for (let i = 0; i < size; i++) {
    start[i]![0]! -= h ** (i + 1);
    start[size - 1]![i]! -= h ** (size - i);
  }
  start[size - 1]![0]! += 2 * h - 1 > 0 ? (2 * h - 1) ** size : 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) for (let g = 1; g <= i - j + 1; g++) start[i]![j]! /= g;
  }
  let [power, exponent] = matrixPower(start, n);
  let share = power[k - 1]![k - 1]!;
  for (let i = 1; i <= n; i++) {
    share *= i / n;
    if (share < 1e-140) [share, exponent] = [share * 1e140, exponent - 140];
  }
  return share * 10 ** exponent;
}

function matrixPower(base: number[][], n: number): [number[][], number] {
  if (n === 1) return [base, 0];
  const [half, exponent] = matrixPower(base, Math.floor(n / 2));
  let result = product(half, half), power = 2 * exponent;
  if (n % 2 === 1) result = product(base, result);
  const middle = result[base.length >> 1]![base.length >> 1]!;
  if (middle > 1e140) [result, power] = [result.map((row) => row.map((value) => value * 1e-140)), power + 140];
  return [result, power];
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => row.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** Pelz & Good's (1976) approximation of the share below, for large n. */
function pelzGood(n: number, x: number): number {
  const pi2 = Math.PI ** 2, z = Math.sqrt(n) * x, z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
  const log = -pi2 / 8 / z2;
  if (log < -708) return 0;
  const q = Math.exp(log), most = Math.ceil(16 * z / Math.PI);
  const sums = [0, 0, 0, 0];
  for (let k = most; k >= 1; k--) {
    const m2 = (2 * k - 1) ** 2, m4 = m2 * m2, m6 = m4 * m2, step = q ** (8 * k);
    const terms = [
      1,
      -z2 + pi2 / 4 * m2,
      6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi2 ** 2 * (1 - 2 * z2) / 16 * m4,
      -30 * z6 - 90 * z4 * z4 + pi2 * (135 * z4 - 96 * z6) / 4 * m2 +
      pi2 ** 2 * (-60 * z2 + 212 * z4) / 16 * m4 + pi2 ** 3 * (5 - 30 * z2) / 64 * m6,
    ];
    for (let i = 0; i < 4; i++) sums[i] = sums[i]! * step + terms[i]!;
  }
  const scale = [z, 6 * z4, 72 * z ** 7, 6480 * z ** 10];
  for (let i = 0; i < 4; i++) sums[i]! *= q * Math.sqrt(2 * Math.PI) / scale[i]!;
  const p = Math.exp(-pi2 / 2 / z2);
  let extra2 = 0, extra3 = 0;
  for (let k = most; k >= 1; k--) {
    const share = k * k * p ** (k * k);
    extra2 += share;
    extra3 += (3 * z2 - (Math.PI * k) ** 2) * share;
  }
  sums[2]! -= extra2 * pi2 * Math.sqrt(2 * Math.PI) / (36 * z ** 3);
  sums[3]! += extra3 * pi2 * Math.sqrt(2 * Math.PI) / (216 * z6);
  return sums.reduce((sum, value, i) => sum + value / n ** (i / 2), 0);
}
