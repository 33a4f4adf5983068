import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/**
 * Smooths a table of numbers by keeping only its few strongest patterns: what many rows do together stays, what one row
 * does alone goes.
 *
 * The best approximation of the given rank in the sense of least squares (Eckart and Young 1936): the truncated singular
 * value decomposition, computed from the eigenvectors of the smaller of AᵀA and AAᵀ, so that the cost grows linearly with
 * the longer side. Squaring costs half of the digits of patterns that are 10⁸ times weaker than the strongest, which a
 * smoother does not miss.
 *
 * @param a `rows × columns` values, row after row.
 * @returns The smoothed table, laid out alike.
 * @throws {RangeError} If the sizes do not fit.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lowRank } from "@/models/math/low_rank.ts";
 *
 * // The second row is twice the first: one pattern says it all.
 * const smooth = lowRank(Float64Array.of(1, 2, 3, 2, 4, 6), { rows: 2, columns: 3, rank: 1 });
 * expect([...smooth].map((value) => value.toFixed(6))).toEqual(["1", "2", "3", "2", "4", "6"].map((v) => v + ".000000"));
 * ```
 */
export function lowRank(
  a: Float64Array,
  { rows, columns, rank }: { readonly rows: number; readonly columns: number; readonly rank: number },
): Float64Array<ArrayBuffer> {
  if (a.length !== rows * columns || !(rank >= 1)) {
    throw new RangeError(
      `Cannot smooth a table of ${rows} × ${columns} at rank ${rank} as it must have as many values, and a rank >= 1: ` +
        `it has ${a.length} values`,
    );
  }
  if (rank >= Math.min(rows, columns)) return Float64Array.from(a);
  const wide = columns > rows;
  const size = wide ? rows : columns;
  const at = wide ? (i: number, k: number) => a[i * columns + k]! : (i: number, k: number) => a[k * columns + i]!;
  const gram = gramMatrix(at, size, wide ? columns : rows);
  const { eigenvectorMatrix: vectors } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  // Eigenvalues come in ascending order, so the strongest patterns are the last columns.
  const project = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let r = size - rank; r < size; r++) sum += vectors.get(i, r) * vectors.get(j, r);
      project[i * size + j] = sum;
    }
  }
  const smooth = new Float64Array(a.length);
  // Both are matrix products over typed arrays: the whole cost of the function.
  if (wide) {
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < rows; k++) {
        const share = project[i * rows + k]!;
        for (let j = 0; j < columns; j++) smooth[i * columns + j]! += share * a[k * columns + j]!;
      }
    }
  } else {
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < columns; k++) {
        const value = a[i * columns + k]!;
        if (value === 0) continue;
        for (let j = 0; j < columns; j++) smooth[i * columns + j]! += value * project[k * columns + j]!;
      }
    }
  }
  return smooth;
}

/** Inner products of all pairs of `size` vectors, each `length` long. */
function gramMatrix(at: (vector: number, k: number) => number, size: number, length: number): Matrix {
  const gram = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += at(i, k) * at(j, k);
      gram.set(i, j, sum);
      gram.set(j, i, sum);
    }
  }
  return gram;
}
