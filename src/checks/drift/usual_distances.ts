/**
 * How far a column usually is from what the calendar lets expect: the windows before tell, each judged like the newest.
 *
 * Weather is never as last year, and a shop's sales nearly are; one threshold for both would cry wolf over the first or
 * sleep through the second.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { CalendarProfile, Distance } from "@/checks/drift/expected_distance.ts";
import { type DateWindow, shiftedDate } from "@/checks/drift/date_window.ts";
import { kindsOfDay } from "@/checks/drift/matched_rows.ts";
import { numberSample } from "@/checks/drift/sample.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";

/** Windows that are looked back at, how many of them say something, and how many series are enough. */
const MOST = 26, LEAST = 6, SERIES = 120;
/** Standard deviations beyond which a distance is unusual; distances are skewed, so four of them. */
const FAR = 4;
/** Weeks before a window from which growth is known, as for the window itself. */
const TREND_DAYS = 56;

/**
 * The threshold beyond which a distance is unusual, column by column, of sales and of what is observed; a column is left
 * out where fewer than six windows of the history have a year before them.
 *
 * @param yearDays How many days before a window its like of last year is.
 */
export function usualDistances(
  panel: DataFrame,
  profile: CalendarProfile,
  window: DateWindow,
  yearDays: (window: DateWindow) => number,
): Readonly<Record<string, number>> {
  const rows = sampleRows(someSeries(panel, SERIES), profile), found: Record<string, number[]> = {};
  const end = dayNumber(window.to), start = dayNumber(window.from), length = end - start;
  for (let back = 1; back <= MOST; back++) {
    const from = start - back * length, shift = yearDays(windowAt(from, length));
    // Growth needs some weeks before last year's window.
    if (from - shift - TREND_DAYS / 2 < rows.first) break;
    const matched = matchedIn(rows, { from, length, shift });
    for (const [name, values] of rows.columns) {
      const value = distanceIn(rows, matched, { name, values, from, shift });
      if (value !== undefined) (found[name] ??= []).push(value);
    }
  }
  return Object.fromEntries(
    Object.entries(found).filter(([, values]) => values.length >= LEAST).map(([name, values]) => [name, farOf(values)]),
  );
}

/** A distance whose threshold is at least the usual one. */
export function beyondUsual(found: Distance, usual = 0): Distance {
  const threshold = Math.max(found.threshold, usual);
  return { ...found, threshold, drifted: found.drifted && (found.value === null || found.value >= threshold) };
}

/** Rows as arrays: twenty-six windows of ten columns are looked at while Polars would still plan the second. */
interface Rows {
  readonly first: number;
  readonly series: Int32Array;
  readonly kinds: Int32Array;
  /** Series and kind of day as one code, and how many there are. */
  readonly cells: Int32Array;
  readonly cellCount: number;
  readonly y: Float64Array;
  /** Day → its rows. */
  readonly byDay: ReadonlyMap<number, readonly number[]>;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

function sampleRows(frame: DataFrame, profile: CalendarProfile): Rows {
  const kinds = kindsOfDay(frame, profile), own = kinds.length === 0 ? pl.lit("all") : pl.concatString([...kinds], "|");
  const days = frame.getColumn("ds").cast(pl.Int32).toArray() as number[], byDay = new Map<number, number[]>();
  let first = Infinity;
  days.forEach((day, row) => {
    const rows = byDay.get(day);
    rows === undefined ? byDay.set(day, [row]) : rows.push(row);
    if (day < first) first = day;
  });
  const names = frame.columns.filter((name) => name === "y" || profile.roles[name] === "observed")
    .filter((name) => /^(U?Int|Float|Decimal)/.test(frame.getColumn(name).dtype.variant));
  const series = codesOf(frame.getColumn("unique_id").toArray());
  const kindCodes = codesOf(frame.select(own.alias("kind")).getColumn("kind").toArray());
  const cells = codesOf(series.codes.map((code, row) => code * kindCodes.count + kindCodes.codes[row]!));
  return {
    first,
    series: series.codes,
    kinds: kindCodes.codes,
    cells: cells.codes,
    cellCount: cells.count,
    y: numbersOf(frame.getColumn("y")),
    byDay,
    columns: new Map(names.map((name) => [name, numbersOf(frame.getColumn(name))])),
  };
}

function codesOf(values: ArrayLike<unknown>): { readonly codes: Int32Array; readonly count: number } {
  const known = new Map<unknown, number>();
  const codes = Int32Array.from(values as ArrayLike<number>, (value) => {
    let code = known.get(value);
    if (code === undefined) known.set(value, code = known.size);
    return code;
  });
  return { codes, count: known.size };
}

const numbersOf = (series: Series): Float64Array =>
  Float64Array.from(series.cast(pl.Float64).toArray() as (number | null)[], (value) => value ?? NaN);

interface Matched {
  readonly current: readonly number[];
  readonly reference: readonly number[];
}

/** As `matchedRows` does it. */
function matchedIn(
  rows: Rows,
  { from, length, shift }: { readonly from: number; readonly length: number; readonly shift: number },
): Matched {
  const sold = (days: number, count: number) => rowsOf(rows, days, count).filter((row) => !Number.isNaN(rows.y[row]!));
  const now = sold(from, length), season = sold(from - shift - 7, length + 14);
  const [here, there] = [now, season].map((part) => new Set(part.map((row) => rows.series[row]!)));
  const inside = new Set(rowsOf(rows, from - shift, length));
  const [ofWindow, beside] = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (const row of season) {
    if (!here!.has(rows.series[row]!)) continue;
    const group = inside.has(row) ? ofWindow : beside, own = group.get(rows.kinds[row]!);
    own === undefined ? group.set(rows.kinds[row]!, [row]) : own.push(row);
  }
  const ofKind = new Map([...beside, ...ofWindow]);
  const current = now.filter((row) => there!.has(rows.series[row]!) && ofKind.has(rows.kinds[row]!));
  const wanted = new Map<number, number>();
  for (const row of current) wanted.set(rows.kinds[row]!, (wanted.get(rows.kinds[row]!) ?? 0) + 1);
  const reference = [...wanted].flatMap(([kind, count]) => {
    const own = ofKind.get(kind)!;
    return Array.from({ length: count }, (_, i) => own[Math.floor(i * own.length / count)]!);
  });
  return { current, reference };
}

function distanceIn(
  rows: Rows,
  { current, reference }: Matched,
  { name, values, from, shift }: {
    readonly name: string;
    readonly values: Float64Array;
    readonly from: number;
    readonly shift: number;
  },
): number | undefined {
  const at = (part: readonly number[], factor = 1) =>
    numberSample(Float64Array.from(part, (row) => values[row]! * factor).filter(Number.isFinite));
  const [now, then] = [at(current), at(reference, growthIn(rows, values, from, shift))];
  if (now.size === 0) return undefined;
  const recent = name === "y" ? at([]) : at(rowsOf(rows, from - TREND_DAYS, TREND_DAYS));
  const distances = [then, recent].filter(({ size }) => size > 0).map((sample) => wasserstein.measure(sample, now));
  return distances.length === 0 ? undefined : Math.min(...distances);
}

/** As `growthSince` does it; 1 where it cannot be said, or the column can be below zero. */
function growthIn(rows: Rows, values: Float64Array, from: number, shift: number): number {
  const { cells, cellCount } = rows, sums = new Float64Array(4 * cellCount);
  const add = (start: number, offset: number) => {
    for (let day = start; day < start + TREND_DAYS; day++) {
      for (const row of rows.byDay.get(day) ?? []) {
        const value = values[row]!, cell = 4 * cells[row]! + offset;
        if (Number.isNaN(value)) continue;
        sums[cell] = sums[cell]! + value;
        sums[cell + 1] = sums[cell + 1]! + 1;
      }
    }
  };
  add(from - TREND_DAYS, 0);
  add(from - TREND_DAYS - shift, 2);
  let [now, before] = [0, 0];
  for (let cell = 0; cell < sums.length; cell += 4) {
    const [sum, count, sumThen, countThen] = sums.subarray(cell, cell + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    if (count === 0 || countThen === 0) continue;
    if (sum < 0 || sumThen < 0) return 1;
    now += sum;
    before += sumThen / countThen * count;
  }
  return now > 0 && before > 0 ? now / before : 1;
}

function rowsOf({ byDay }: Rows, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => byDay.get(first + i) ?? []).flat();
}

/** By the median and the median deviation: an odd Christmas must not hide all that is less odd. */
function farOf(values: readonly number[]): number {
  const middle = medianOf(values), spread = 1.4826 * medianOf(values.map((value) => Math.abs(value - middle)));
  return middle + FAR * spread * Math.sqrt(1 + 1 / values.length);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Some series, spread evenly over all. */
function someSeries(panel: DataFrame, count: number): DataFrame {
  const all = panel.select("unique_id").unique({ maintainOrder: true }).getColumn("unique_id").toArray() as string[];
  if (all.length <= count) return panel;
  const kept = Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);
  return panel.filter(pl.col("unique_id").isIn(kept));
}

const dayNumber = (iso: string): number => Math.floor(Date.parse(iso) / 86_400_000);

function windowAt(from: number, length: number): DateWindow {
  const start = new Date(from * 86_400_000).toISOString().slice(0, 10);
  return { from: start, to: shiftedDate(start, length) };
}
