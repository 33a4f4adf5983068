/**
 * Solving a few dozen equations at once.
 *
 * @module
 */

/**
 * Solves `a x = b` for a symmetric positive definite matrix, by Cholesky's decomposition.
 *
 * @param a Row after row; it is left as it was.
 * @throws {RangeError} If the matrix is not positive definite.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { choleskySolver } from "@/evaluation/hierarchy/cholesky.ts";
 *
 * const solve = choleskySolver([Float64Array.of(4, 2), Float64Array.of(2, 3)]);
 * expect([...solve(Float64Array.of(8, 7))].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([1.25, 1.5]);
 * ```
 */
export function choleskySolver(a: readonly Float64Array[]): (b: Float64Array) => Float64Array {
  const size = a.length, lower = a.map((row) => row.slice());
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i === j) {
        if (!(sum > 0)) {
          throw new RangeError(`Cannot solve as the matrix must be positive definite: row ${i} gives ${sum}`);
        }
        lower[i]![i] = Math.sqrt(sum);
      } else lower[i]![j] = sum / lower[j]![j]!;
    }
  }
  return (b) => {
    const x = b.slice();
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
      x[i]! /= lower[i]![i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i]! -= lower[k]![i]! * x[k]!;
      x[i]! /= lower[i]![i]!;
    }
    return x;
  };
}
