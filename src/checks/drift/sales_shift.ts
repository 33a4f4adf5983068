/**
 * Level and spread of sales against what the calendar lets expect, series by series.
 *
 * A table of all series is as wide as its largest is from its smallest, and a change of all of them by 15 % hardly shows in
 * it. So each series is held against its own like days of last year, grown as all have grown since.
 *
 * @module
 */
import type { DateWindow } from "@/checks/drift/date_window.ts";
import {
  dayNumber,
  growthIn,
  rowsOf,
  type SampleRows,
  TREND_DAYS,
  usualOf,
  windowAt,
} from "@/checks/drift/sample_rows.ts";

/** How sales have moved, beyond what windows usually do: logarithms of ratios, 0.14 is 15 % more. */
export interface SalesShift {
  readonly level: number;
  /** Of the standard deviations within series. */
  readonly spread: number;
  readonly rows: { readonly reference: number; readonly current: number };
}

/** A shift, and from which size on shifts are unusual. */
export interface JudgedShift {
  readonly shift: SalesShift;
  readonly limits: { readonly level: number; readonly spread: number };
}

/** Windows that are looked back at, and how many of them say something. */
const MOST = 26, LEAST = 6;
/** Standard deviations beyond which a shift is unusual: chance does that once in some hundred windows. */
const FAR = 3.4;
/** Less than this is nobody's concern; without windows to learn from, twice as much. */
const FLOOR = { level: 0.05, spread: 0.15 };

/**
 * Measures a window, and those before it for what is usual; undefined without a year of history.
 *
 * @param yearDays How many days before a window its like of last year is.
 */
export function salesShift(
  rows: SampleRows,
  window: DateWindow,
  yearDays: (window: DateWindow) => number,
): JudgedShift | undefined {
  const start = dayNumber(window.from), length = dayNumber(window.to) - start;
  const shiftAt = (from: number) => shiftIn(rows, from, length, yearDays(windowAt(from, length)));
  const shift = shiftAt(start);
  if (shift === undefined) return undefined;
  const past: SalesShift[] = [];
  for (let back = 1; back <= MOST; back++) {
    const from = start - back * length;
    if (from - yearDays(windowAt(from, length)) - TREND_DAYS / 2 < rows.first) break;
    const found = shiftAt(from);
    if (found !== undefined) past.push(found);
  }
  const usual = (name: "level" | "spread") => {
    if (past.length < LEAST) return { middle: 0, limit: 2 * FLOOR[name] };
    const { middle, far } = usualOf(past.map((own) => own[name]), FAR);
    return { middle, limit: Math.max(FLOOR[name], far) };
  };
  const [level, spread] = [usual("level"), usual("spread")];
  return {
    shift: { ...shift, level: shift.level - level.middle, spread: shift.spread - spread.middle },
    limits: { level: level.limit, spread: spread.limit },
  };
}

function shiftIn(rows: SampleRows, from: number, length: number, shift: number): SalesShift | undefined {
  const trading = (start: number, days: number) =>
    rowsOf(rows, start, days).filter((row) => rows.trades[row] === 1 && Number.isFinite(rows.y[row]!));
  const now = trading(from, length), then = trading(from - shift - 7, length + 14);
  const growth = growthIn(rows, rows.y, from, shift), likes = new Map<number, [sum: number, rows: number]>();
  for (const row of then) {
    const sum = likes.get(rows.cells[row]!) ?? [0, 0];
    likes.set(rows.cells[row]!, [sum[0] + rows.y[row]!, sum[1] + 1]);
  }
  let [sold, expected, current] = [0, 0, 0];
  for (const row of now) {
    const like = likes.get(rows.cells[row]!);
    if (like === undefined) continue;
    sold += rows.y[row]!;
    expected += like[0] / like[1] * growth;
    current++;
  }
  if (!(sold > 0 && expected > 0)) return undefined;
  return {
    level: Math.log(sold / expected),
    spread: spreadIn(rows, now, then, likes),
    rows: { reference: then.length, current },
  };
}

/** Sum, number of rows and sum of squares of a group. */
type Sums = [sum: number, rows: number, squares: number];

/**
 * How much wider sales are within series than such days are wide: their like days' means tell how wide the days should be,
 * their like days' own deviations how wide luck is. Each series by its own level, so that growth does not count.
 */
function spreadIn(
  rows: SampleRows,
  now: readonly number[],
  then: readonly number[],
  likes: ReadonlyMap<number, readonly [sum: number, rows: number]>,
): number {
  const like = (row: number) => {
    const [sum, count] = likes.get(rows.cells[row]!) ?? [NaN, 1];
    return sum / count;
  };
  const bySeries = (part: readonly number[], value: (row: number) => number) => {
    const sums = new Map<number, Sums>();
    for (const row of part) {
      const own = value(row);
      if (Number.isNaN(own)) continue;
      const sum = sums.get(rows.series[row]!) ?? [0, 0, 0];
      sums.set(rows.series[row]!, [sum[0] + own, sum[1] + 1, sum[2] + own * own]);
    }
    return sums;
  };
  const told = now.filter((row) => likes.has(rows.cells[row]!));
  const [sold, usual] = [bySeries(told, (row) => rows.y[row]!), bySeries(told, like)];
  const luck = bySeries(then, (row) => {
    const [, count] = likes.get(rows.cells[row]!)!;
    return count < 2 ? NaN : (rows.y[row]! - like(row)) * Math.sqrt(count / (count - 1));
  });
  let [found, wanted] = [0, 0];
  for (const [series, own] of sold) {
    const days = usual.get(series)!, chance = luck.get(series);
    const [levelNow, levelThen] = [own[0] / own[1], days[0] / days[1]];
    if (own[1] < 3 || chance === undefined || !(levelNow > 0 && levelThen > 0)) continue;
    found += Math.sqrt(varianceOf(own)) / levelNow;
    wanted += Math.sqrt(varianceOf(days) + chance[2] / chance[1]) / levelThen;
  }
  return found > 0 && wanted > 0 ? Math.log(found / wanted) : 0;
}

const varianceOf = ([sum, rows, squares]: Sums): number => Math.max(0, squares - sum * sum / rows) / (rows - 1);
