import type { Scores } from "@/core/metric.ts";
import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";
import { score } from "@/evaluation/metrics/score.ts";

/** One group of rows and its scores. */
export interface SliceScore<Level> {
  /** What the rows of the group have in common: a weekday, a store type. */
  readonly level: Level;
  /** How many rows are in it. */
  readonly rows: number;
  /** Every metric on these rows; null where one is undefined for them. */
  readonly scores: Scores;
}

/**
 * Scores forecasts group by group: which weekdays, store types or weeks ahead are forecast worst.
 *
 * @param y Actuals, in units of y.
 * @param yHat Forecasts, in units of y.
 * @param levels The group of each row: a weekday, a store type. Rows without one (null, undefined, NaN) are left out.
 * @returns One entry per group, in ascending order of its level.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scoreBySlice } from "@/evaluation/mod.ts";
 *
 * const slices = scoreBySlice([10, 20, 30], [11, 20, 33], ["b", "a", "b"]);
 * expect(slices.map(({ level, rows, scores }) => [level, rows, scores.mae])).toEqual([["a", 1, 0], ["b", 2, 2]]);
 * ```
 */
export function scoreBySlice<Level extends string | number>(
  y: Numbers,
  yHat: Numbers,
  levels: ArrayLike<Level | null | undefined>,
  { weight, scale }: MetricOptions = {},
): SliceScore<Level>[] {
  sameLength("score slices", "y", y, "yHat", yHat);
  if (levels.length !== y.length) {
    throw new RangeError(
      `Cannot score slices as every row needs a level: y has ${y.length} rows, levels has ${levels.length}`,
    );
  }
  const rowsOf = new Map<Level, number[]>();
  for (let i = 0; i < y.length; i++) {
    const level = levels[i];
    if (level === null || level === undefined || Number.isNaN(level)) continue;
    const rows = rowsOf.get(level);
    if (rows) rows.push(i);
    else rowsOf.set(level, [i]);
  }
  return [...rowsOf.keys()].sort(ascending).map((level) => {
    const rows = rowsOf.get(level)!;
    const scores = score(take(y, rows), take(yHat, rows), {
      weight: weight && take(weight, rows),
      scale: scale && take(scale, rows),
    });
    return { level, rows: rows.length, scores };
  });
}

function take(values: Numbers, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

function ascending<Level extends string | number>(a: Level, b: Level): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
