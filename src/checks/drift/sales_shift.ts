/**
 * Level and spread of sales against what the calendar lets expect, series by series.
 *
 * A table of all series is as wide as its largest is from its smallest, and a change of all of them by 15 % hardly shows in
 * it. So each series is held against its own like days of last year, grown as all have grown since.
 *
 * @module
 */
import type { DateWindow } from "@/checks/drift/date_window.ts";
import { studentFar } from "@/checks/drift/distributions.ts";
import {
  dayNumber,
  growthIn,
  rowsOf,
  type SampleRows,
  TREND_DAYS,
  usualOf,
  windowAt,
} from "@/checks/drift/sample_rows.ts";
import { spreadShift } from "@/checks/drift/spread_shift.ts";

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

/** Windows that are looked back at, one a week, and how many of them beside each other say something. */
const MOST = 52, LEAST = 6, STRIDE = 7;
/** How often chance moves a window beyond what counts as usual. */
const RARE = { level: 1 / 450, spread: 1 / 280 };
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
  for (let back = 0; back < MOST; back++) {
    const from = start - length - back * STRIDE;
    if (from - yearDays(windowAt(from, length)) - TREND_DAYS / 2 < rows.first) break;
    const found = shiftAt(from);
    if (found !== undefined) past.push(found);
  }
  // Windows a week apart share days: together they know as much as those that fit beside each other.
  const beside = past.length === 0 ? 0 : 1 + (past.length - 1) * STRIDE / length;
  const usual = (name: "level" | "spread") => {
    if (beside < LEAST) return { middle: 0, limit: 2 * FLOOR[name] };
    // Few windows say little of how much windows vary: Student's t, not the normal distribution.
    const { middle, far } = usualOf(past.map((own) => own[name]), studentFar(RARE[name], beside - 1));
    return { middle, limit: Math.max(FLOOR[name], far) };
  };
  const [level, spread] = [usual("level"), usual("spread")];
  return {
    shift: { ...shift, level: shift.level - level.middle, spread: shift.spread - spread.middle },
    limits: { level: level.limit, spread: spread.limit },
  };
}

/**
 * How many days before any window its like of last year is, asked of sales: the rule that knows of moving feasts, or a year
 * wherever feasts are, whichever let windows of the past expect better. A shop whose sales know no Easter has none.
 *
 * @param yearDays The rule; it is kept where no window of the past tells the two apart.
 * @param usual Days of a year of whole weeks.
 */
export function likeOfLastYear(
  rows: SampleRows,
  window: DateWindow,
  yearDays: (window: DateWindow) => number,
  usual: number,
): (window: DateWindow) => number {
  const start = dayNumber(window.from), length = dayNumber(window.to) - start;
  let [moved, still] = [0, 0];
  for (let from = start - length; from - usual - TREND_DAYS / 2 >= rows.first; from -= STRIDE) {
    const shift = yearDays(windowAt(from, length));
    if (shift === usual || from - shift - TREND_DAYS / 2 < rows.first) continue;
    const [feast, date] = [shift, usual].map((days) => shiftIn(rows, from, length, days));
    if (feast === undefined || date === undefined) continue;
    moved += Math.abs(feast.level);
    still += Math.abs(date.level);
  }
  return still < moved ? () => usual : yearDays;
}

function shiftIn(rows: SampleRows, from: number, length: number, shift: number): SalesShift | undefined {
  const trading = (start: number, days: number) =>
    rowsOf(rows, start, days).filter((row) => rows.trades[row] === 1 && Number.isFinite(rows.y[row]!));
  const now = trading(from, length), then = trading(from - shift, length);
  const beside = [...trading(from - shift - 7, 7), ...trading(from - shift + length, 7)];
  const growth = growthIn(rows, rows.y, from, shift);
  // Days of the same dates come first: a month that begins beside the window is another season.
  const likes = cellSums(rows, then), besides = cellSums(rows, beside);
  let [sold, expected, current] = [0, 0, 0];
  for (const row of now) {
    const like = likes.get(rows.cells[row]!) ?? besides.get(rows.cells[row]!);
    if (like === undefined) continue;
    sold += rows.y[row]!;
    expected += like[0] / like[1] * growth;
    current++;
  }
  if (!(sold > 0 && expected > 0)) return undefined;
  return {
    level: Math.log(sold / expected),
    spread: spreadShift(rows, now, then),
    rows: { reference: then.length + beside.length, current },
  };
}

/** Series and kind of day → what was sold on such days, and how many they are. */
function cellSums({ cells, y }: SampleRows, part: readonly number[]): Map<number, [sum: number, rows: number]> {
  const sums = new Map<number, [sum: number, rows: number]>();
  for (const row of part) {
    const sum = sums.get(cells[row]!) ?? [0, 0];
    sums.set(cells[row]!, [sum[0] + y[row]!, sum[1] + 1]);
  }
  return sums;
}
