/**
 * Sums that do not depend on the order in which they are added up.
 *
 * Floating-point addition rounds, so that a sum over many series would have other bits when its parts were added up on
 * several machines. Here every value is cut into four numbers, each a multiple of its own unit and so small that millions
 * of them add up without rounding: whoever adds them in whatever order gets the same four sums, and the same bits.
 *
 * @module
 */

/** The units of the four numbers: 2¹⁴, 2⁻¹², 2⁻³⁸, 2⁻⁶⁴. What is smaller than half the last one is dropped. */
const UNITS = [2 ** 14, 2 ** -12, 2 ** -38, 2 ** -64] as const;
/** Adding and subtracting 1.5 × 2⁵² units leaves a value's whole units. */
const [A, B, C, D] = UNITS.map((unit) => 1.5 * 2 ** 52 * unit) as [number, number, number, number];
/** From here on a value, or a sum of units, would be rounded. */
const LARGEST_VALUE = 2 ** 40, LARGEST_SUM = 2 ** 53;

/** The numbers that a value is cut into. */
export const LIMBS: number = UNITS.length;

/** Exact sums and counts of many cells. */
export interface ExactSums {
  /** Four numbers per cell, one after the other. */
  readonly limbs: Float64Array<ArrayBuffer>;
  /** How many values were added up in each cell. */
  readonly count: Float64Array<ArrayBuffer>;
}

/** Makes empty sums. */
export function exactSums(cells: number): ExactSums {
  return { limbs: new Float64Array(cells * LIMBS), count: new Float64Array(cells) };
}

/**
 * Adds a value to a cell.
 *
 * @throws {RangeError} If the value is 2⁴⁰ or more, or not a number.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { addExactly, exactSums, exactTotal } from "@/core/exact_sums.ts";
 *
 * const [one, other] = [exactSums(1), exactSums(1)];
 * for (const value of [0.1, 0.2, 0.3]) addExactly(one, 0, value);
 * for (const value of [0.3, 0.2, 0.1]) addExactly(other, 0, value);
 * expect(exactTotal(one, 0)).toBe(exactTotal(other, 0));
 * expect(0.1 + 0.2 + 0.3).not.toBe(0.3 + 0.2 + 0.1);
 * ```
 */
export function addExactly({ limbs, count }: ExactSums, cell: number, value: number): void {
  if (!(Math.abs(value) < LARGEST_VALUE)) {
    throw new RangeError(`Cannot add up ${value} exactly as values must be smaller than 2^40`);
  }
  const at = cell * LIMBS;
  const a = value + A - A, afterA = value - a;
  const b = afterA + B - B, afterB = afterA - b;
  const c = afterB + C - C;
  limbs[at]! += a;
  limbs[at + 1]! += b;
  limbs[at + 2]! += c;
  limbs[at + 3]! += afterB - c + D - D;
  count[cell]!++;
}

/** The sum of a cell, rounded once. */
export function exactTotal({ limbs }: Pick<ExactSums, "limbs">, cell: number): number {
  const at = cell * LIMBS;
  return limbs[at + 3]! + limbs[at + 2]! + limbs[at + 1]! + limbs[at]!;
}

/**
 * Demands that nothing was rounded on the way.
 *
 * @param limbs One vector for each of the four numbers.
 * @throws {RangeError} If a cell holds so many values that its sums may have been rounded.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { requireExact } from "@/core/exact_sums.ts";
 *
 * requireExact([Float64Array.of(2 ** 60)]);
 * expect(() => requireExact([Float64Array.of(2 ** 70)])).toThrow("too many values");
 * ```
 */
export function requireExact(limbs: readonly Float64Array[]): void {
  limbs.forEach((values, k) => {
    const most = LARGEST_SUM * UNITS[k]!;
    if (values.some((value) => Math.abs(value) >= most)) {
      throw new RangeError("Cannot join sums as a group holds too many values to add them up without rounding");
    }
  });
}
