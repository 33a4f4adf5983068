/**
 * What a window is compared with that lies far behind it, told without all of its rows.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { type DateWindow, shiftedWindow } from "@/checks/drift/date_window.ts";
import type { CalendarProfile } from "@/checks/drift/expected_distance.ts";
import { type SampleRows, sampleRows } from "@/checks/drift/sample_rows.ts";

/** How many values of a column are missing, day by day. */
export interface MissingByDay {
  /** Missing values of each day, in the order of days. */
  readonly missing: readonly number[];
  /** Rows of each day, in the same order. */
  readonly rows: readonly number[];
}

/** Everything before a window, as far as anybody asks for it. */
export interface Past {
  /** Rows before the window. */
  readonly rows: number;
  /** Rows that are enough to show distributions. */
  thinned(): DataFrame;
  /** Some series from the first day to the end of the window. */
  sample(): SampleRows;
  /** The smallest value of a column; null where it has none. */
  least(name: string): number | null;
  /** Every category that a column ever had, each once. */
  categories(name: string): readonly string[];
  /** How many values of a column are missing, day by day. */
  missing(name: string): MissingByDay;
}

/** Rows of the history that are enough to show its distribution. */
const ENOUGH = 100_000;
/** Weeks that season may move from one year to the next: Easter, school holidays, the turn of promotion weeks. */
export const WEEKS_EITHER_WAY = 3;
/** Weeks before the window from which this year's growth is known. */
export const TREND_WEEKS = 8;

/**
 * Of how many rows of a history one is enough.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { thinning } from "@/checks/drift/mod.ts";
 *
 * expect([thinning(500), thinning(1_000_000)]).toEqual([1, 10]);
 * ```
 */
export const thinning = (rows: number): number => Math.max(1, Math.ceil(rows / ENOUGH));

/** The past of a window in a panel at hand, which ends with the window; `history` are its rows before the window. */
export function pastOf(panel: DataFrame, profile: CalendarProfile, history: DataFrame): Past {
  const every = thinning(history.height);
  return {
    rows: history.height,
    thinned: () => every === 1 ? history : history.gatherEvery(every),
    sample: () => sampleRows(panel, profile),
    least: (name) => history.getColumn(name).min() as number | null,
    categories: (name) => categoriesIn(history, name),
    missing: (name) => missingIn(history, name),
  };
}

/**
 * The dates whose rows are read one by one when a window is explained; all else is asked of its past.
 *
 * @param yearDays How many days before the window its like of last year may be.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datesRead } from "@/checks/drift/mod.ts";
 *
 * const [window, trend] = datesRead({ from: "2015-03-28", to: "2015-04-11" }, [350, 364]);
 * expect([window!.from, trend!.to]).toEqual(["2015-03-28", "2015-03-28"]);
 * ```
 */
export function datesRead({ from, to }: DateWindow, yearDays: readonly number[]): readonly DateWindow[] {
  const window = { from, to }, trend = { from: shiftedWindow(window, -7 * TREND_WEEKS).from, to: from };
  const likes = [...new Set(yearDays)].flatMap((days) => {
    const early = shiftedWindow(window, -7 * WEEKS_EITHER_WAY - days);
    const late = shiftedWindow(window, 7 * WEEKS_EITHER_WAY - days);
    return [shiftedWindow(trend, -days), { from: early.from, to: late.to }];
  });
  return [window, trend, ...likes];
}

/**
 * Every category of a column, each once.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { categoriesIn } from "@/checks/drift/mod.ts";
 *
 * expect(categoriesIn(pl.DataFrame({ type: ["b", null, "a", "b"] }), "type")).toEqual(["a", "b"]);
 * ```
 */
export function categoriesIn(history: DataFrame, name: string): readonly string[] {
  const all = history.getColumn(name).unique().toArray() as (string | null)[];
  return all.filter((category) => category !== null).sort();
}

/**
 * How many values of a column are missing, in the order of days.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { missingIn } from "@/checks/drift/mod.ts";
 *
 * const history = pl.DataFrame({ ds: [1, 1, 2], promo: [0, null, 1] });
 * expect(missingIn(history, "promo")).toEqual({ missing: [1, 0], rows: [2, 1] });
 * ```
 */
export function missingIn(history: DataFrame, name: string): MissingByDay {
  const days = history.groupBy("ds").agg(pl.col(name).isNull().sum().alias("missing"), pl.len().alias("rows"))
    .sort("ds");
  const [missing, rows] = ["missing", "rows"].map((column) => days.getColumn(column).toArray().map(Number));
  return { missing: missing!, rows: rows! };
}
