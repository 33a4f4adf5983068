/**
 * Ways to make intervals, behind one contract, so that one walk judges them all.
 *
 * @module
 */
import { conformalRadii } from "@/evaluation/conformal.ts";
import { awayFrom, relativeError } from "@/evaluation/intervals/error_space.ts";
import { type IntervalShape, learnIntervals } from "@/evaluation/intervals/interval_recipe.ts";
import type { IntervalColumns, IntervalWindow, JudgedRows } from "@/evaluation/intervals/interval_rows.ts";
import { intervalColumns } from "@/evaluation/intervals/intervals.ts";

/** Learns from earlier windows and puts intervals around the forecasts of a later one, whose outcomes it does not read. */
export type IntervalMethod = (
  past: readonly IntervalWindow[],
  now: JudgedRows,
  levels: readonly number[],
) => IntervalColumns;

/**
 * Intervals by `learnIntervals`: split conformal prediction in multiples of the spread that is usual for such a row.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { splitConformal } from "@/evaluation/mod.ts";
 *
 * const rows = { y: [9, 11], yHat: [10, 10], series: ["a", "a"], step: [1, 2], scale: [1, 1], slices: {} };
 * const shape = { space: "identity", allowsNegative: false, stepsPerBand: 1 } as const;
 * const past = [{ origin: "2015-01-01", to: "2015-01-02", rows }];
 * expect(splitConformal(shape)(past, rows, [50])[50]!.hi[0]).toBeGreaterThan(10);
 * ```
 */
export const splitConformal = (shape: IntervalShape): IntervalMethod => (past, now, levels) =>
  intervalColumns(learnIntervals(past, shape), now, levels);

/**
 * Intervals around "the same as last season", as wide as it was wrong before: what every other interval has to beat.
 *
 * Errors are told in multiples of each series' own seasonal naive error.
 *
 * @throws {RangeError} If rows lack the naive forecasts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { naiveIntervals } from "@/evaluation/mod.ts";
 *
 * const rows = {
 *   y: [9, 11, 13],
 *   yHat: [10, 10, 10],
 *   naive: [10, 10, 10],
 *   series: ["a", "a", "a"],
 *   step: [1, 2, 3],
 *   scale: [1, 1, 1],
 *   slices: {},
 * };
 * const past = [{ origin: "2015-01-01", to: "2015-01-03", rows }];
 * expect(naiveIntervals({ allowsNegative: false })(past, rows, [50])[50]!.hi[0]).toBe(11);
 * ```
 */
export const naiveIntervals =
  ({ allowsNegative }: { readonly allowsNegative: boolean }): IntervalMethod => (past, now, levels) => {
    const errors = past.flatMap(({ rows }) => {
      const naive = naiveOf(rows);
      return Array.from(rows.y, (y, row) => Math.abs(y - naive[row]!) / rows.scale[row]!).filter(Number.isFinite);
    });
    const radii = conformalRadii(errors, levels.map((level) => level / 100));
    const most = errors.reduce((most, error) => Math.max(most, error), 0);
    const naive = naiveOf(now);
    return ends(levels, now.yHat.length, (k, row, side) => {
      const scale = now.scale[row]! > 0 ? now.scale[row]! : 0;
      const end = naive[row]! + side * Math.min(radii[k]!, most) * scale;
      return allowsNegative ? end : Math.max(0, end);
    });
  };

function naiveOf({ naive }: JudgedRows): ArrayLike<number> {
  if (naive === undefined) {
    throw new RangeError("Cannot set naive intervals as the rows have no seasonal naive forecasts");
  }
  return naive;
}

/**
 * Conformalised quantile regression: the quantiles that a model forecasts, moved apart (or together) until the intervals
 * between them held their share of earlier outcomes (Romano, Patterson and Candès 2019).
 *
 * The move is told on the scale on which errors compare (see `relativeError`), and is the same for every row of a level.
 *
 * @throws {RangeError} If rows lack the quantiles of a level.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { conformalQuantiles } from "@/evaluation/mod.ts";
 *
 * const rows = {
 *   y: [95, 105, 112],
 *   yHat: [100, 100, 100],
 *   quantiles: { 50: { lo: [98, 98, 98], hi: [102, 102, 102] } },
 *   series: ["a", "a", "a"],
 *   step: [1, 2, 3],
 *   scale: [1, 1, 1],
 *   slices: {},
 * };
 * const shape = { space: "identity", allowsNegative: false, stepsPerBand: 1 } as const;
 * const past = [{ origin: "2015-01-01", to: "2015-01-03", rows }];
 * const { lo, hi } = conformalQuantiles(shape)(past, rows, [50])[50]!;
 * expect([Math.round(lo[0]!), Math.round(hi[0]!)]).toEqual([95, 105]);
 * ```
 */
export const conformalQuantiles = ({ space, allowsNegative }: IntervalShape): IntervalMethod => (past, now, levels) => {
  const moves = levels.map((level) => {
    const outside = past.flatMap(({ rows }) => {
      const { lo, hi } = quantilesOf(rows, level);
      return Array.from(rows.y, (y, row) =>
        Math.max(
          -relativeError(y, lo[row]!, rows.scale[row]!, space),
          relativeError(y, hi[row]!, rows.scale[row]!, space),
        ));
    });
    // How far outside may be negative (well inside): shifted, the radius of sizes is the quantile of signed scores.
    const least = outside.reduce((least, score) => Math.min(least, score), 0);
    const most = outside.reduce((most, score) => Math.max(most, score), 0);
    const [radius] = conformalRadii(outside.map((score) => score - least), [level / 100]);
    return Math.min(radius! + least, most);
  });
  return ends(levels, now.yHat.length, (k, row, side) => {
    const { lo, hi } = quantilesOf(now, levels[k]!);
    const from = side < 0 ? Math.min(lo[row]!, hi[row]!) : Math.max(lo[row]!, hi[row]!);
    const end = awayFrom(from, side * moves[k]!, now.scale[row]!, space);
    return allowsNegative ? end : Math.max(0, end);
  });
};

function quantilesOf({ quantiles }: JudgedRows, level: number) {
  const found = quantiles?.[level];
  if (found === undefined) {
    throw new RangeError(`Cannot conformalise quantiles as the rows have none of the level ${level} %`);
  }
  return found;
}

/** Fills both ends of every level; where quantiles cross after their move, the interval is their middle. */
function ends(
  levels: readonly number[],
  rows: number,
  end: (k: number, row: number, side: -1 | 1) => number,
): IntervalColumns {
  return Object.fromEntries(levels.map((level, k) => {
    const lo = new Float64Array(rows), hi = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const low = end(k, row, -1), high = end(k, row, 1);
      lo[row] = low <= high ? low : (low + high) / 2;
      hi[row] = low <= high ? high : (low + high) / 2;
    }
    return [level, { lo, hi }];
  }));
}
