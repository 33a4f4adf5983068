/**
 * The sum of a few million numbers, rounded once: the same whatever their order, and wherever its parts were added up.
 *
 * @module
 */

/** An exact sum as numbers that do not overlap (Shewchuk's expansions); it survives JSON, and expansions can be added. */
export type Expansion = number[];

/**
 * Adds a value to an expansion, in place.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { addTo, type Expansion, rounded } from "@/evaluation/metrics/exact_sum.ts";
 *
 * const sum: Expansion = [];
 * for (const value of [1e16, 1, -1e16]) addTo(sum, value);
 * expect(rounded(sum)).toBe(1);
 * ```
 */
export function addTo(sum: Expansion, value: number): void {
  let x = value, kept = 0;
  for (let i = 0; i < sum.length; i++) {
    let y = sum[i]!;
    if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
    const high = x + y, low = y - (high - x);
    if (low !== 0) sum[kept++] = low;
    x = high;
  }
  sum.length = kept;
  sum.push(x);
}

/** The nearest number to an expansion's sum (half to even, as if it had been rounded once). */
export function rounded(sum: Expansion): number {
  let n = sum.length;
  if (n === 0) return 0;
  let high = sum[--n]!, low = 0;
  while (n > 0) {
    const x = high, y = sum[--n]!;
    high = x + y;
    low = y - (high - x);
    if (low !== 0) break;
  }
  // A rest that is exactly half a unit is decided by what comes after it.
  if (n > 0 && (low < 0 && sum[n - 1]! < 0 || low > 0 && sum[n - 1]! > 0)) {
    const y = low * 2, x = high + y;
    if (y === x - high) high = x;
  }
  return high;
}
