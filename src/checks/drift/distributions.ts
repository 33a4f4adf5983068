/**
 * Tail probabilities of the distributions that tests compare their statistics with, accurate far into the tail.
 *
 * Series and continued fractions as in Abramowitz & Stegun (1964), chapters 6 and 26; checked against scipy.
 *
 * @module
 */

const TINY = 1e-300, ENOUGH = 1e-16;

/** The natural logarithm of the gamma function, for positive numbers (Stirling's series from 10 on). */
export function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift -= Math.log(x);
  const i = 1 / x, i2 = i * i;
  const series = i *
    (1 / 12 - i2 * (1 / 360 - i2 * (1 / 1260 - i2 * (1 / 1680 - i2 * (1 / 1188 - i2 * 691 / 360360)))));
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/**
 * The probability that a chi-square variable exceeds `x`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { chiSquareTail } from "@/checks/drift/distributions.ts";
 *
 * expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
 * ```
 */
export function chiSquareTail(x: number, degrees: number): number {
  return gammaTail(degrees / 2, x / 2);
}

/** The probability that a standard normal variable exceeds `z`. */
export function normalTail(z: number): number {
  const half = gammaTail(0.5, z * z / 2) / 2;
  return z >= 0 ? half : 1 - half;
}

/** The probability that Student's t with some degrees of freedom is farther from zero than `t`, on either side. */
export function studentTails(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0;
  return betaShare(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * How far from zero Student's t must be so that it is only this often farther, on either side: the inverse of
 * {@linkcode studentTails}.
 *
 * @throws {RangeError} If the chance is not between 0 and 1, or there are no degrees of freedom.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { studentFar } from "@/checks/drift/distributions.ts";
 *
 * expect(studentFar(0.05, 10)).toBeCloseTo(2.228139, 6);
 * ```
 */
export function studentFar(chance: number, degrees: number): number {
  if (!(chance > 0 && chance < 1 && degrees > 0)) {
    throw new RangeError(
      `Cannot tell how far is rare as that takes a chance between 0 and 1 and degrees of freedom above 0: they are ` +
        `${chance} and ${degrees}`,
    );
  }
  let [near, far] = [0, 1];
  while (studentTails(far, degrees) > chance) [near, far] = [far, far * 2];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    studentTails(middle, degrees) > chance ? near = middle : far = middle;
  }
  return (near + far) / 2;
}

/** The upper incomplete gamma function, regularised. */
function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a, sum = term;
    for (let k = 1; term > sum * ENOUGH; k++) sum += term *= x / (a + k);
    return 1 - front * sum;
  }
  let b = x + 1 - a, c = 1 / TINY, d = 1 / b, fraction = d;
  for (let k = 1; k < 100_000; k++) {
    const an = -k * (k - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return front * fraction;
}

/** The incomplete beta function, regularised. */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on one side of the mean only; the other side is its mirror image.
  return x < (a + 1) / (a + b + 2) ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1, d = 1 / nonZero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (let m = 1; m < 100_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return fraction;
}

const nonZero = (x: number): number => Math.abs(x) < TINY ? TINY : x;
