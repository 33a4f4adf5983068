import { column, type Matrix } from "@/core/matrix.ts";

/** Sales as a table with one row per series and one column per step; NaN where there is no value. */
export interface SeriesGrid {
  /** The code of each row's series, ascending. */
  readonly series: Float32Array<ArrayBuffer>;
  /** The step of the first column. */
  readonly first: number;
  readonly steps: number;
  /** `series.length × steps` values, row after row. */
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * Lays a sample out as one line per series and one place per step.
 *
 * Reads the columns `series` (a code) and `t` (the step on the time axis that all series share).
 *
 * @throws {RangeError} If a column is missing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seriesGrid } from "@/models/math/series_grid.ts";
 *
 * const x = { names: ["series", "t"], rows: 3, data: Float32Array.of(4, 4, 9, 7, 8, 8), categorical: [] };
 * const grid = seriesGrid(x, [1, 2, 3]);
 * expect([...grid.series]).toEqual([4, 9]);
 * expect([...grid.values]).toEqual([1, 2, NaN, 3]);
 * ```
 */
export function seriesGrid(x: Matrix, y: ArrayLike<number>): SeriesGrid {
  const codes = column(x, "series"), t = column(x, "t");
  const series = Float32Array.from(new Set(codes)).filter((code) => !Number.isNaN(code)).sort();
  const line = new Map(Array.from(series, (code, at) => [code, at]));
  let first = Infinity, last = -Infinity;
  for (const step of t) {
    if (step < first) first = step;
    if (step > last) last = step;
  }
  const steps = last >= first ? last - first + 1 : 0;
  const values = new Float64Array(series.length * steps).fill(NaN);
  for (let i = 0; i < x.rows; i++) {
    const at = line.get(codes[i]!);
    if (at !== undefined && !Number.isNaN(t[i]!)) values[at * steps + t[i]! - first] = y[i]!;
  }
  return { series, first: steps > 0 ? first : 0, steps, values };
}
