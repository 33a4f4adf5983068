/**
 * The middle of many numbers, leaving out the missing ones; 0 when there is none.
 *
 * The lower middle of an even number of values: always a value that occurred.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { typicalValue } from "@/models/math/typical_value.ts";
 *
 * expect(typicalValue(Float32Array.of(3, NaN, 1, 8))).toBe(3);
 * expect(typicalValue([])).toBe(0);
 * ```
 */
export function typicalValue(values: ArrayLike<number>): number {
  const known = Float64Array.from(values).filter(Number.isFinite).sort();
  return known[(known.length - 1) >> 1] ?? 0;
}
