/**
 * Two sorted samples walked as one: what tests on ranks and on distribution functions need.
 *
 * @module
 */

/**
 * Visits each different value of two sorted samples in ascending order.
 *
 * @param visit Gets the value, and how many values of each sample are at most as large.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { walkTogether } from "@/checks/drift/two_sorted.ts";
 *
 * const seen: number[][] = [];
 * walkTogether(Float64Array.of(1, 2), Float64Array.of(2, 2), (...step) => seen.push(step));
 * expect(seen).toEqual([[1, 1, 0], [2, 2, 2]]);
 * ```
 */
export function walkTogether(
  a: Float64Array,
  b: Float64Array,
  visit: (value: number, belowA: number, belowB: number) => void,
): void {
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    const value = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!;
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    visit(value, i, j);
  }
}

/**
 * The area between two empirical distribution functions: of the distance itself, or of its square.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { areaBetween } from "@/checks/drift/two_sorted.ts";
 *
 * expect(areaBetween(Float64Array.of(0, 1), Float64Array.of(5, 6), Math.abs)).toBe(5);
 * ```
 */
export function areaBetween(a: Float64Array, b: Float64Array, height: (gap: number) => number): number {
  // Two merged runs in one plain loop: a callback for each of two million values would take longer than the sums.
  let i = 0, j = 0, area = 0, last = 0, gap = 0;
  while (i < a.length || j < b.length) {
    const value = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!;
    if (gap !== 0) area += height(gap) * (value - last);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    last = value;
    gap = i / a.length - j / b.length;
  }
  return area;
}
