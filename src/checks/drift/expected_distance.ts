/**
 * How far a column of a window is from what the calendar lets expect of it.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { columnOf } from "@/checks/drift/column_of.ts";
import { type DateWindow, rowsIn, shiftedDate, shiftedWindow } from "@/checks/drift/date_window.ts";
import { growthSince } from "@/checks/drift/growth.ts";
import { kindsOfDay, type Matched, matchedRows } from "@/checks/drift/matched_rows.ts";
import { type Past, TREND_WEEKS, WEEKS_EITHER_WAY } from "@/checks/drift/past.ts";
import type { Preset } from "@/checks/drift/preset.ts";

/** What is to be known of a panel. */
export type CalendarProfile = Pick<DatasetProfile, "frequency" | "yearLength" | "events" | "openColumn" | "roles">;

/** One distance, and whether it is drift. */
export interface Distance {
  /** The measure's title; `empty` where one side has no values at all. */
  readonly method: string;
  /** The measure's number; null where a side has no values. */
  readonly value: number | null;
  /** What the number was held against. */
  readonly threshold: number;
  /** Whether the distance is drift. */
  readonly drifted: boolean;
  /** How likely it is by chance; null where nothing could be compared. */
  readonly p: number | null;
  /** How many values were compared. */
  readonly rows: { readonly reference: number; readonly current: number };
}

/** A window of a panel, and what it may be compared with. */
export interface WindowParts {
  readonly window: DateWindow;
  readonly current: DataFrame;
  readonly history: DataFrame;
  /** The weeks before the window. */
  readonly recent: DataFrame;
  /** Whether there is a year of history. */
  readonly known: boolean;
  readonly yearDays: number;
  readonly matched: Matched | undefined;
}

/**
 * Days of a year of whole weeks.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { daysOfYear } from "@/checks/drift/mod.ts";
 *
 * expect(daysOfYear({ frequency: "1w", yearLength: 52 })).toBe(364);
 * ```
 */
export const daysOfYear = ({ frequency, yearLength }: Pick<CalendarProfile, "frequency" | "yearLength">): number =>
  yearLength * (frequency === "1w" ? 7 : 1);

/** What the rows of a window may be compared with; `history` are all rows before it. */
export function partsOf(
  { current, history }: Pick<WindowParts, "current" | "history">,
  profile: CalendarProfile,
  window: DateWindow,
  yearDays = daysOfYear(profile),
): WindowParts {
  const before = shiftedWindow(window, -yearDays), known = rowsIn(history, before).height > 0;
  return {
    window,
    current,
    history,
    recent: rowsIn(history, { from: shiftedDate(window.from, -7 * TREND_WEEKS), to: window.from }),
    known,
    yearDays,
    matched: known ? matchedRows(current, history, kindsOfDay(current, profile), before) : undefined,
  };
}

/**
 * The distance of a column of the panel to what the calendar lets expect; undefined where no reference has values of it.
 *
 * Events may lie up to three weeks earlier or later than last year. Other columns are compared on days of the same kind;
 * amounts are scaled by the growth since last year. A price or a temperature may also simply be as in the weeks before.
 */
export function expectedDistance(
  parts: WindowParts,
  profile: CalendarProfile,
  name: string,
  preset: Preset,
  past: Pick<Past, "least">,
): Distance | undefined {
  const { window, current, history, recent, yearDays, matched } = parts;
  if (matched === undefined) return undefined;
  if (profile.events.includes(name) || name === profile.openColumn) {
    const weeks = Array.from({ length: 2 * WEEKS_EITHER_WAY + 1 }, (_, i) => i - WEEKS_EITHER_WAY);
    const seasons = weeks.map((week) => rowsIn(history, shiftedWindow(window, 7 * week - yearDays)));
    return nearest(seasons.map((reference) => ({ name, reference, current })), preset);
  }
  const factor = isAmount(parts, profile, name, past)
    ? growthSince(history, name, {
      kinds: kindsOfDay(history, profile),
      weeks: { from: shiftedDate(window.from, -7 * TREND_WEEKS), to: window.from },
      yearDays,
    })
    : undefined;
  const alike = { name, reference: scaled(matched.reference, name, factor), current: matched.current };
  return nearest(name === "y" ? [alike] : [alike, { name, reference: recent, current }], preset);
}

/** Only amounts grow by a factor: a temperature may be below zero. */
function isAmount(
  { history }: WindowParts,
  { roles }: CalendarProfile,
  name: string,
  past: Pick<Past, "least">,
): boolean {
  if (name !== "y" && roles[name] !== "observed") return false;
  return columnOf(history.getColumn(name).head(1)).family === "number" && Number(past.least(name)) >= 0;
}

/** A column in two tables. */
export interface Pair {
  readonly name: string;
  readonly reference: DataFrame;
  readonly current: DataFrame;
}

/** The smallest of several distances; nothing where none of the references has values of this column. */
function nearest(pairs: readonly Pair[], preset: Preset): Distance | undefined {
  const there = pairs.filter(({ name, reference }) => valuesIn(reference.getColumn(name)) > 0);
  return there.map((pair) => distance(pair, preset)).toSorted((a, b) =>
    (a.value ?? Infinity) - (b.value ?? Infinity)
  )[0];
}

const valuesIn = (series: Series): number => series.length - series.nullCount();

/** How far apart a column is in two tables. */
export function distance({ name, reference, current }: Pair, preset: Preset): Distance {
  const [before, now] = [columnOf(reference.getColumn(name)), columnOf(current.getColumn(name))];
  const kind = preset.kindOf(now) === "categorical" ? "categorical" : "numerical";
  const [a, b] = [before.sample(kind), now.sample(kind)], rows = { reference: a.size, current: b.size };
  // Values on one side only: nothing is farther.
  if (a.size === 0 || b.size === 0) {
    return { method: "empty", value: null, threshold: 0, drifted: a.size !== b.size, p: null, rows };
  }
  const { test, value, threshold, drifted, p = null } = preset.judge(a, b);
  return { method: test.title, value, threshold, drifted, p, rows };
}

function scaled(frame: DataFrame, name: string, factor: number | undefined): DataFrame {
  return factor === undefined ? frame : frame.withColumns(pl.col(name).mul(factor).alias(name));
}
