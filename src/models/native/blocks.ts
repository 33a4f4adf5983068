/**
 * A model's own columns of any matrix, without copying all of them at once.
 *
 * @module
 */
import { column, type Floats, type Matrix, sharedFloats } from "@/core/matrix.ts";

/** Rows per copied block: large enough to keep all threads busy, small enough not to be noticed in memory. */
const BLOCK_ROWS = 32_768;

/**
 * Visits the rows of the named columns, column-major. Columns that already stand together in the right order are
 * visited at once, as a view; otherwise block by block, through one small copy.
 *
 * @param visit Gets the block's values, its number of rows, and the position of its first row. The values are valid
 * only during the call.
 * @throws {RangeError} If the matrix lacks a column.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { visitBlocks } from "@/models/native/blocks.ts";
 *
 * const x = { names: ["a", "b", "c"], rows: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6), categorical: [] };
 * const seen: number[] = [];
 * visitBlocks(x, ["c", "a"], (values) => seen.push(...values));
 * expect(seen).toEqual([5, 6, 1, 2]);
 * ```
 */
export function visitBlocks(
  x: Matrix,
  features: readonly string[],
  visit: (values: Floats, rows: number, first: number) => void,
): void {
  const columns = features.map((name) => column(x, name));
  if (x.rows === 0) return;
  const start = x.names.indexOf(features[0]!);
  if (features.every((name, k) => x.names[start + k] === name)) {
    visit(x.data.subarray(start * x.rows, (start + features.length) * x.rows), x.rows, 0);
    return;
  }
  const buffer = sharedFloats(Math.min(BLOCK_ROWS, x.rows) * features.length);
  for (let first = 0; first < x.rows; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, x.rows - first);
    columns.forEach((values, k) => buffer.set(values.subarray(first, first + rows), k * rows));
    visit(buffer.subarray(0, rows * features.length), rows, first);
  }
}

/**
 * A matrix of contributions: one column per feature, and `bias` for the expected value.
 *
 * @param explain Gives a block's contributions row after row, the bias last.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { contributionsOf } from "@/models/native/blocks.ts";
 *
 * const x = { names: ["a", "b"], rows: 2, data: Float32Array.of(1, 2, 3, 4), categorical: [] };
 * const explained = contributionsOf(x, ["b"], ([first, second]) => [first!, 0.5, second!, 0.5]);
 * expect(explained.names).toEqual(["b", "bias"]);
 * expect([...explained.data]).toEqual([3, 4, 0.5, 0.5]);
 * ```
 */
export function contributionsOf(
  x: Matrix,
  features: readonly string[],
  explain: (values: Floats, rows: number) => ArrayLike<number>,
): Matrix {
  const names = [...features, "bias"], width = names.length;
  const data = sharedFloats(x.rows * width);
  visitBlocks(x, features, (values, rows, first) => {
    const byRow = explain(values, rows);
    // A plain loop: this transposes millions of values.
    for (let k = 0; k < width; k++) {
      const to = k * x.rows + first;
      for (let i = 0; i < rows; i++) data[to + i] = byRow[i * width + k]!;
    }
  });
  return { names, rows: x.rows, data, categorical: [] };
}
