/**
 * How good intervals are, window by window: every one is judged by what windows before it taught.
 *
 * @module
 */
import { coverage } from "@/evaluation/losses/coverage.ts";
import { crps } from "@/evaluation/losses/crps.ts";
import { winklerScore } from "@/evaluation/losses/winkler_score.ts";
import type { IntervalMethod } from "@/evaluation/intervals/interval_method.ts";
import type { IntervalColumns, IntervalWindow, JudgedRows } from "@/evaluation/intervals/interval_rows.ts";

/** How intervals of one level fared. */
export interface LevelScores {
  /** In percent. */
  readonly level: number;
  /** The share of outcomes that they held. */
  readonly held: number;
  /** Mean width, in units of y. */
  readonly width: number;
  /** Winkler score, in units of y. */
  readonly winkler: number;
}

/** How the intervals of one window fared. */
export interface WindowIntervals {
  /** The first date of the window, `YYYY-MM-DD`. */
  readonly origin: string;
  /** How many rows were judged. */
  readonly rows: number;
  /** One entry for each level, narrowest first. */
  readonly levels: readonly LevelScores[];
  /** Twice the mean quantile loss over the ends of all levels and the middle, in units of y. */
  readonly crps: number;
}

/** Intervals of a window, with their scores. */
export interface JudgedWindow {
  /** The window with its forecasts and outcomes. */
  readonly window: IntervalWindow;
  /** The intervals that earlier windows taught, one row per row of the window. */
  readonly columns: IntervalColumns;
  /** How they fared. */
  readonly scores: WindowIntervals;
}

/**
 * Walks through windows in time and judges the intervals of each by what the windows that came due before it taught.
 *
 * @param windows Oldest first; a window that nothing came due before is only learnt from.
 * @param middle What the quantile 0.5 is: the model's forecast, or the naive one.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { judgeIntervals, naiveIntervals } from "@/evaluation/mod.ts";
 *
 * const window = (month: number) => ({
 *   origin: `2015-0${month}-01`,
 *   to: `2015-0${month}-28`,
 *   rows: {
 *     y: [9, 11, 13],
 *     yHat: [10, 10, 10],
 *     naive: [10, 10, 10],
 *     series: ["a", "a", "a"],
 *     step: [1, 2, 3],
 *     scale: [1, 1, 1],
 *     slices: {},
 *   },
 * });
 * const judged = judgeIntervals([window(1), window(2)], naiveIntervals({ allowsNegative: false }), { levels: [50] });
 * expect(judged.map(({ scores }) => [scores.origin, scores.levels[0]!.held])).toEqual([["2015-02-01", 2 / 3]]);
 * ```
 */
export function judgeIntervals(
  windows: readonly IntervalWindow[],
  method: IntervalMethod,
  { levels = [50, 80, 95], middle = ({ yHat }) => yHat }: {
    readonly levels?: readonly number[];
    readonly middle?: (rows: JudgedRows) => ArrayLike<number>;
  } = {},
): JudgedWindow[] {
  return windows.flatMap((window) => {
    const past = windows.filter(({ to, rows }) => to < window.origin && rows.y.length > 0);
    if (past.length === 0 || window.rows.y.length === 0) return [];
    const columns = method(past, window.rows, levels);
    const scores: WindowIntervals = {
      origin: window.origin,
      rows: window.rows.y.length,
      ...scoreIntervals(window.rows.y, columns, middle(window.rows)),
    };
    return [{ window, columns, scores }];
  });
}

/** Scores intervals of several levels; their ends and the middle are quantiles of one distribution. */
function scoreIntervals(
  y: ArrayLike<number>,
  columns: IntervalColumns,
  middle: ArrayLike<number>,
): Pick<WindowIntervals, "levels" | "crps"> {
  const byLevel = Object.entries(columns).map(([level, ends]) => ({ level: Number(level), ...ends }));
  const quantiles = [
    ...byLevel.map(({ level, lo }) => [(100 - level) / 200, lo] as const),
    ...byLevel.map(({ level, hi }) => [(100 + level) / 200, hi] as const),
    [0.5, middle] as const,
  ];
  return {
    levels: byLevel.map(({ level, lo, hi }) => ({
      level,
      held: coverage(y, lo, hi)!,
      width: lo.reduce((sum, low, row) => sum + hi[row]! - low, 0) / lo.length,
      winkler: winklerScore(y, lo, hi, level / 100)!,
    })),
    crps: crps(y, quantiles.map(([, column]) => column), quantiles.map(([q]) => q))!,
  };
}

/** How many outcomes the intervals of one level held in a group of rows. */
export interface SliceCoverage {
  /** What the rows are grouped by: `promo`. */
  readonly slice: string;
  /** The value that the rows of the group share: `yes`. */
  readonly group: string;
  /** Rows in all windows together. */
  readonly rows: number;
  /** Windows that met the group. */
  readonly windows: number;
  /** The mean over those windows of the share that was held. */
  readonly held: number;
}

/**
 * Tells how many outcomes the intervals of one level held in each group of rows, as the mean over windows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { coverageBySlice } from "@/evaluation/mod.ts";
 *
 * const rows = {
 *   y: [1, 5],
 *   yHat: [1, 1],
 *   series: ["a", "b"],
 *   step: [1, 1],
 *   scale: [1, 1],
 *   slices: { promo: ["no", "yes"] },
 * };
 * const window = { origin: "2015-01-01", to: "2015-01-01", rows };
 * const columns = { 80: { lo: Float64Array.of(0, 0), hi: Float64Array.of(2, 2) } };
 * expect(coverageBySlice([{ window, columns }], 80).map(({ group, held }) => [group, held])).toEqual([
 *   ["no", 1],
 *   ["yes", 0],
 * ]);
 * ```
 */
export function coverageBySlice(
  judged: readonly Pick<JudgedWindow, "window" | "columns">[],
  level: number,
): SliceCoverage[] {
  const found = new Map<string, { slice: string; group: string; rows: number; shares: number[] }>();
  for (const { window: { rows }, columns } of judged) {
    const { lo, hi } = columns[level]!;
    for (const [slice, groups] of Object.entries(rows.slices)) {
      const counts = new Map<string, { rows: number; held: number }>();
      groups.forEach((group, row) => {
        const count = counts.get(group) ?? { rows: 0, held: 0 };
        count.rows++;
        if (rows.y[row]! >= lo[row]! && rows.y[row]! <= hi[row]!) count.held++;
        counts.set(group, count);
      });
      for (const [group, count] of counts) {
        const key = `${slice} ${group}`;
        const all = found.get(key) ?? { slice, group, rows: 0, shares: [] };
        all.rows += count.rows;
        all.shares.push(count.held / count.rows);
        found.set(key, all);
      }
    }
  }
  return [...found.values()].map(({ slice, group, rows, shares }) => ({
    slice,
    group,
    rows,
    windows: shares.length,
    held: shares.reduce((sum, share) => sum + share, 0) / shares.length,
  }));
}
