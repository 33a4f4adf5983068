/**
 * Some series of a panel as arrays: windows of the past are looked at by the dozen, faster than Polars would plan the second.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import { type DateWindow, shiftedDate } from "@/checks/drift/date_window.ts";
import type { CalendarProfile } from "@/checks/drift/expected_distance.ts";
import { kindsOfDay } from "@/checks/drift/matched_rows.ts";

/** How many series are enough: a week of each says as much as seven days of a seventh of them. */
const SERIES = { "1d": 120, "1w": 840 } as const;
/** Standard deviations beyond which a window is unusual; distances are skewed, so four of them. */
const FAR = 4;
/** Days before a window from which growth is known. */
export const TREND_DAYS = 56;

/** Rows as arrays. */
export interface SampleRows {
  /** The earliest day of any row, as the number of days since 1970. */
  readonly first: number;
  /** The series of each row, as a code: 0 for the first. */
  readonly series: Int32Array;
  /** The kind of day of each row (weekday, events, open or closed), as a code: 0 for the first. */
  readonly kinds: Int32Array;
  /** Series and kind of day of each row, as one code. */
  readonly cells: Int32Array;
  /** How many different codes `cells` has. */
  readonly cellCount: number;
  /** The target of each row; NaN where it is not known. */
  readonly y: Float64Array;
  /** The day of each row, as the number of days since 1970. */
  readonly days: Int32Array;
  /** 1 where the series trades on that day. */
  readonly trades: Uint8Array;
  /** Day → its rows. */
  readonly byDay: ReadonlyMap<number, readonly number[]>;
  /** `y` and the observed columns of numbers, by name; NaN where missing. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** Takes some series of a panel, spread evenly over all. */
export function sampleRows(panel: DataFrame, profile: CalendarProfile): SampleRows {
  return rowsAsArrays(someSeries(panel, profile), profile);
}

/**
 * The rows of series that were taken already, as arrays.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { rowsAsArrays } from "@/checks/drift/mod.ts";
 *
 * const ds = pl.Series("ds", [0, 1, 0], pl.Int32).cast(pl.Date);
 * const frame = pl.DataFrame({ unique_id: ["1", "1", "2"], y: [5, 6, 7] }).withColumns(ds);
 * const profile = { roles: {}, levels: {}, events: [], keys: [], frequency: "1d", seasonLength: 7, yearLength: 364 } as const;
 * const { y, byDay } = rowsAsArrays(frame, profile);
 * expect([[...y], byDay.size]).toEqual([[5, 6, 7], 2]);
 * ```
 */
export function rowsAsArrays(taken: DataFrame, profile: CalendarProfile): SampleRows {
  const frame = taken.select(...columnsOf(taken, profile));
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
  const open = profile.openColumn === undefined ? undefined : numbersOf(frame.getColumn(profile.openColumn));
  const series = codesOf(frame.getColumn("unique_id").toArray());
  const kindCodes = codesOf(frame.select(own.alias("kind")).getColumn("kind").toArray());
  const cells = codesOf(series.codes.map((code, row) => code * kindCodes.count + kindCodes.codes[row]!));
  return {
    first,
    series: series.codes,
    kinds: kindCodes.codes,
    cells: cells.codes,
    cellCount: cells.count,
    trades: Uint8Array.from(days, (_, row) => open === undefined || open[row] === 1 ? 1 : 0),
    y: numbersOf(frame.getColumn("y")),
    days: Int32Array.from(days),
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

/** As `growthSince` does it; 1 where it cannot be said, or the column can be below zero. */
export function growthIn(rows: SampleRows, values: Float64Array, from: number, shift: number): number {
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

/** The rows of some days. */
export function rowsOf({ byDay }: SampleRows, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => byDay.get(first + i) ?? []).flat();
}

/**
 * Beyond what is unusual: by the median and the median deviation: an odd Christmas must not hide all that is less odd. */
export function farOf(values: readonly number[]): number {
  const { middle, far } = usualOf(values);
  return middle + far;
}

/** The middle of some values, and how far from it is unusual: this many standard deviations. */
export function usualOf(
  values: readonly number[],
  deviations = FAR,
): { readonly middle: number; readonly far: number } {
  const middle = medianOf(values), spread = 1.4826 * medianOf(values.map((value) => Math.abs(value - middle)));
  return { middle, far: deviations * spread * Math.sqrt(1 + 1 / values.length) };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Some series that are there to the end, spread evenly over all, with the columns that are looked at. */
function someSeries(panel: DataFrame, profile: CalendarProfile): DataFrame {
  const last = panel.filter(pl.col("ds").eq(pl.col("ds").max()));
  const own = panel.select(...columnsOf(panel, profile)),
    kept = takenSeries(last.getColumn("unique_id").toArray() as string[], profile);
  return kept === undefined ? own : own.join(pl.DataFrame({ unique_id: kept }), { on: "unique_id", how: "semi" });
}

/**
 * Which of the series that are there to the end are looked at, spread evenly over all; undefined where all series are.
 *
 * @param all Those that are there on the last day, in the order of the panel.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { takenSeries } from "@/checks/drift/mod.ts";
 *
 * const ids = Array.from({ length: 240 }, (_, i) => `store ${i}`);
 * expect(takenSeries(ids, { frequency: "1d" })!.slice(0, 2)).toEqual(["store 0", "store 2"]);
 * expect(takenSeries(["1"], { frequency: "1d" })).toBeUndefined();
 * ```
 */
export function takenSeries(
  all: readonly string[],
  { frequency }: Pick<CalendarProfile, "frequency">,
): string[] | undefined {
  const count = SERIES[frequency];
  if (all.length <= count) return undefined;
  return Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);
}

/** The columns that are looked at. */
function columnsOf({ columns }: DataFrame, { roles, events, openColumn }: CalendarProfile): string[] {
  return columns.filter((name) =>
    ["unique_id", "ds", "y", openColumn, ...events].includes(name) || roles[name] === "observed"
  );
}

/** A date as the number of days since 1970. */
export const dayNumber = (iso: string): number => Math.floor(Date.parse(iso) / 86_400_000);

/** The window that begins on a day. */
export function windowAt(from: number, length: number): DateWindow {
  const start = new Date(from * 86_400_000).toISOString().slice(0, 10);
  return { from: start, to: shiftedDate(start, length) };
}
