/**
 * How forecasts fare: errors over all known days, lately, and by what the days and series are.
 *
 * @module
 */
import { type JoinedRow, newestForecasts } from "@/evaluation/performance/join_actuals.ts";

/** Errors of some rows; null where a metric is undefined. Percentage errors are shares, over rows with sales above zero. */
export interface ErrorScores {
  /** How many rows were scored. */
  readonly rows: number;
  /** Root mean squared percentage error. */
  readonly rmspe: number | null;
  /** Root mean squared error, in units of y. */
  readonly rmse: number | null;
  /** Mean absolute error, in units of y. */
  readonly mae: number | null;
  /** Mean absolute percentage error. */
  readonly mape: number | null;
  /** Weighted absolute percentage error: absolute errors of all rows as a share of all that was sold, returns taken off. */
  readonly wape: number | null;
  /** Forecast minus sales, as a share of sales: above 0 is too high. */
  readonly bias: number | null;
  /** Level → share of outcomes inside the interval. */
  readonly coverage: Readonly<Record<string, number>>;
}

/** A group of rows, such as Mondays. */
export interface ErrorSlice extends ErrorScores {
  /** What the rows are grouped by; `horizon` for bands of seven steps ahead. */
  readonly column: string;
  /** The value that the rows of the group share: `1–7`. */
  readonly level: string;
}

/** Errors of the steps up to a date. */
export interface RollingScores extends ErrorScores {
  /** The last date of the steps, `YYYY-MM-DD`. */
  readonly ds: string;
}

/** All of it. */
export interface Performance {
  /** The first date that was scored, `YYYY-MM-DD`. */
  readonly from: string;
  /** The last date that was scored, `YYYY-MM-DD`. */
  readonly to: string;
  /** Over all dates, each with its newest forecast. */
  readonly overall: ErrorScores;
  /** The newest steps. */
  readonly recent: ErrorScores;
  /** For each date the errors of the steps up to it, oldest first; the first ones have fewer steps behind them. */
  readonly rolling: readonly RollingScores[];
  /** Groups of each column, then bands of the horizon. */
  readonly slices: readonly ErrorSlice[];
  /** Each step by itself: what the test for concept drift follows. */
  readonly steps: readonly RollingScores[];
}

/** Sums from which all scores follow, so that windows are sums of sums. */
interface Sums {
  rows: number;
  scored: number;
  squares: number;
  shares: number;
  squaredShares: number;
  absolute: number;
  difference: number;
  sold: number;
  readonly inside: Record<string, [held: number, of: number]>;
}

/**
 * Scores joined forecasts. Each date counts with its newest forecast; only the slices by horizon take them all.
 *
 * @param options.width How many steps are rolled together.
 * @param options.groups Column → the group of a row (`uniqueId`, `ds`); undefined leaves the row out.
 * @returns Undefined without any row.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { performanceOf } from "@/evaluation/mod.ts";
 *
 * const row = { uniqueId: "1", origin: "2015-08-01", intervals: { "80": [80, 120] as const } };
 * const days = ["2015-08-01", "2015-08-02"].map((ds, at) => ({ ...row, ds, step: at + 1, yHat: 110, y: [100, 200][at]! }));
 * const { overall, rolling } = performanceOf(days, { width: 1 })!;
 * expect([overall.mae, overall.coverage["80"]]).toEqual([50, 0.5]);
 * expect(rolling.map(({ mape }) => mape!.toFixed(2))).toEqual(["0.10", "0.45"]);
 * ```
 */
export function performanceOf(
  rows: readonly JoinedRow[],
  { width, groups = {} }: {
    readonly width: number;
    readonly groups?: Readonly<Record<string, (row: JoinedRow) => string | undefined>>;
  },
): Performance | undefined {
  if (rows.length === 0) return undefined;
  const newest = newestForecasts(rows);
  const byDate = [...grouped(newest, ({ ds }) => ds)].sort(([a], [b]) => a < b ? -1 : 1);
  const rolling = byDate.map(([ds], at): RollingScores => ({
    ds,
    ...scores(byDate.slice(Math.max(0, at - width + 1), at + 1).map(([, sums]) => sums)),
  }));
  const slice = (column: string, sums: ReadonlyMap<string, Sums>): ErrorSlice[] =>
    [...sums].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
      .map(([level, own]) => ({ column, level, ...scores([own]) }));
  return {
    from: byDate[0]![0],
    to: byDate.at(-1)![0],
    overall: scores(byDate.map(([, sums]) => sums)),
    recent: scores(byDate.slice(-width).map(([, sums]) => sums)),
    rolling,
    slices: [
      ...Object.entries(groups).flatMap(([column, groupOf]) => slice(column, grouped(newest, groupOf))),
      ...slice("horizon", grouped(rows, ({ step }) => bandOf(step))),
    ],
    steps: byDate.map(([ds, sums]) => ({ ds, ...scores([sums]) })),
  };
}

/** Steps ahead in bands of a week of days. */
function bandOf(step: number): string {
  const band = Math.floor((step - 1) / 7);
  return `${band * 7 + 1}–${band * 7 + 7}`;
}

function grouped(rows: readonly JoinedRow[], groupOf: (row: JoinedRow) => string | undefined): Map<string, Sums> {
  const groups = new Map<string, Sums>();
  // A loop: a month of 1,115 stores is added up in a few milliseconds.
  for (const row of rows) {
    const group = groupOf(row);
    if (group === undefined) continue;
    let sums = groups.get(group);
    if (sums === undefined) groups.set(group, sums = empty());
    const error = row.yHat - row.y;
    sums.rows++;
    sums.squares += error ** 2;
    sums.absolute += Math.abs(error);
    sums.difference += error;
    sums.sold += row.y;
    if (row.y > 0) {
      sums.scored++;
      sums.shares += Math.abs(error) / row.y;
      sums.squaredShares += (error / row.y) ** 2;
    }
    for (const level in row.intervals) {
      const [lo, hi] = row.intervals[level]!, counted = sums.inside[level] ??= [0, 0];
      counted[1]++;
      if (row.y >= lo && row.y <= hi) counted[0]++;
    }
  }
  return groups;
}

const empty = (): Sums => ({
  rows: 0,
  scored: 0,
  squares: 0,
  shares: 0,
  squaredShares: 0,
  absolute: 0,
  difference: 0,
  sold: 0,
  inside: {},
});

function scores(parts: readonly Sums[]): ErrorScores {
  const all = empty();
  for (const part of parts) {
    all.rows += part.rows;
    all.scored += part.scored;
    all.squares += part.squares;
    all.shares += part.shares;
    all.squaredShares += part.squaredShares;
    all.absolute += part.absolute;
    all.difference += part.difference;
    all.sold += part.sold;
    for (const [level, [held, of]] of Object.entries(part.inside)) {
      const counted = all.inside[level] ??= [0, 0];
      counted[0] += held;
      counted[1] += of;
    }
  }
  const over = (sum: number, count: number) => count > 0 ? sum / count : null;
  const root = (mean: number | null) => mean === null ? null : Math.sqrt(mean);
  return {
    rows: all.rows,
    rmspe: root(over(all.squaredShares, all.scored)),
    rmse: root(over(all.squares, all.rows)),
    mae: over(all.absolute, all.rows),
    mape: over(all.shares, all.scored),
    wape: over(all.absolute, all.sold),
    bias: over(all.difference, all.sold),
    coverage: Object.fromEntries(Object.entries(all.inside).map(([level, [held, of]]) => [level, held / of])),
  };
}
