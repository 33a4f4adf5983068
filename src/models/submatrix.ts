import { type Matrix, sharedFloats } from "@/core/matrix.ts";

/**
 * Returns a matrix without some of its columns and, where asked, with only some of its rows.
 *
 * All rows of columns that stand side by side are given as a view: a training matrix of hundreds of megabytes is not
 * copied to leave out the columns at its end. Otherwise everything is copied once, into shared memory.
 *
 * @param exclude Names of columns to leave out; names that the matrix does not have are ignored.
 * @param rows Positions of the rows to keep, in order; all of them when left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { submatrix } from "@/models/submatrix.ts";
 *
 * const x = { names: ["a", "b", "key"], rows: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6), categorical: ["key"] };
 * expect(submatrix(x, ["key"])).toEqual({ names: ["a", "b"], rows: 2, data: Float32Array.of(1, 2, 3, 4), categorical: [] });
 * expect([...submatrix(x, ["b"], Uint32Array.of(1)).data]).toEqual([2, 6]);
 * ```
 */
export function submatrix(x: Matrix, exclude: readonly string[], rows?: Uint32Array): Matrix {
  const kept = x.names.map((_, k) => k).filter((k) => !exclude.includes(x.names[k]!));
  const names = kept.map((k) => x.names[k]!);
  const categorical = x.categorical.filter((name) => names.includes(name));
  const sideBySide = kept.every((k, at) => k === kept[0]! + at);
  if (!rows && sideBySide) {
    const from = (kept[0] ?? 0) * x.rows;
    return { names, rows: x.rows, data: x.data.subarray(from, from + kept.length * x.rows), categorical };
  }
  const count = rows?.length ?? x.rows;
  const data = sharedFloats(count * kept.length);
  kept.forEach((k, at) => {
    const column = x.data.subarray(k * x.rows, (k + 1) * x.rows);
    if (!rows) return data.set(column, at * count);
    // A plain loop: this moves a few hundred megabytes, and a callback per value would dominate the time.
    const to = at * count;
    for (let i = 0; i < count; i++) data[to + i] = column[rows[i]!]!;
  });
  return { names, rows: count, data, categorical };
}
