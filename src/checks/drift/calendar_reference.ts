/**
 * Drift with the calendar taken out: August is compared with last August, promotion days with promotion days.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { columnOf } from "@/checks/drift/column_of.ts";
import { type DateWindow, dayOf, rowsIn, shiftedDate, shiftedWindow } from "@/checks/drift/date_window.ts";
import {
  type CalendarProfile,
  daysOfYear,
  type Distance,
  distance,
  expectedDistance,
  partsOf,
} from "@/checks/drift/expected_distance.ts";
import { feedFindings } from "@/checks/drift/feeds.ts";
import { type Past, pastOf } from "@/checks/drift/past.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { type JudgedShift, likeOfLastYear, salesShift } from "@/checks/drift/sales_shift.ts";
import { type Shape, shapeOf } from "@/checks/drift/shape.ts";
import { steady } from "@/checks/drift/steady.ts";
import { beyondUsual, usualDistances } from "@/checks/drift/usual_distances.ts";

/** What is to be said of a column's change. */
export type CalendarVerdict =
  /** As in the history and as a year ago. */
  | "same"
  /** Unlike the history as a whole, like the same weeks a year ago. */
  | "calendar explains it"
  /** Unlike the same weeks a year ago too. */
  | "unexplained"
  /** Unlike the history, and there is no year of it to ask. */
  | "no year of history";

/** A column compared with the whole history, and with what the calendar lets expect. */
export interface ExplainedColumn {
  /** The column's name; `y_level` and `y_spread` are the level and the spread of sales. */
  readonly column: string;
  /** The distance to the whole history. */
  readonly plain: Distance;
  /** The distance to what the calendar lets expect; left out where the history does not tell. */
  readonly calendar?: Distance;
  /** What the two distances say together. */
  readonly verdict: CalendarVerdict;
  /** What was compared, as shares of bins; left out where there is no distribution. */
  readonly shape?: Shape;
}

/** A window of a panel, explained. */
export interface CalendarDrift {
  /** The first day of the window, `YYYY-MM-DD`. */
  readonly from: string;
  /** The day after its last known one. */
  readonly to: string;
  /** Rows before the window, in it, and in the parts of last year that it was matched with (0 without any). */
  readonly rows: { readonly history: number; readonly current: number; readonly matched: number };
  /** The share of current rows for which a year ago had no day of the same kind. */
  readonly uncovered: number;
  /** The columns that were compared, then level and spread of sales where they could be judged. */
  readonly columns: readonly ExplainedColumn[];
  /** What distributions do not show: series that fell silent, values that are missing, categories that are new. */
  readonly findings: readonly Finding[];
}

/** What a window of a panel is to be explained with. */
export interface CalendarOptions {
  /** The first day of the window, `YYYY-MM-DD`. */
  readonly from: string;
  /** The day after its last. */
  readonly to: string;
  /** Columns that follow from the date: name and expression over `ds`. */
  readonly calendar?: readonly { readonly name: string; readonly expr: Expr }[];
  /** How columns are compared; `steady` when left out. */
  readonly preset?: Preset;
  /**
   * How many days before a window its like of last year is, where that is not 52 weeks: Easter moves. Sales of the past are
   * asked whether they follow it.
   */
  readonly yearDays?: (window: DateWindow) => number;
  /** What lies behind the window, where the frame has only the rows of `datesRead`; of the frame itself by default. */
  readonly past?: Past;
  /** Whether to look for what stopped coming, too. */
  readonly feeds?: boolean;
}

/**
 * Compares a window of a panel with its whole history, and with the same weeks a year ago.
 *
 * A year ago means: 52 weeks earlier, on the same weekdays. Columns that follow from the date are compared with those of a
 * window without gaps. Events (promotions, holidays) may lie up to three weeks earlier or later than last year. All other
 * columns are compared on days of the same kind (weekday, events, open or closed), of series that were there then, and
 * numbers that are observed are scaled by the growth since last year that was known before the window began.
 *
 * @param frame The panel's rows: `unique_id`, `ds` (Date), `y` and the profile's columns.
 * @throws {RangeError} If the window has no rows or nothing precedes it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { explainByCalendar } from "@/checks/drift/mod.ts";
 *
 * // Two years of a shop that sells twice as much in the last five weeks of a year.
 * const ds = Array.from({ length: 728 }, (_, i) => new Date(Date.UTC(2013, 0, 1 + i)));
 * const y = ds.map((_, i) => (i % 364 >= 329 ? 200 : 100) + i % 7 + (i * 37) % 11);
 * const days = pl.Series("ds", ds.map((day) => day.toISOString().slice(0, 10))).cast(pl.Utf8).str.strptime(pl.Date, "%Y-%m-%d");
 * const frame = pl.DataFrame({ unique_id: ds.map(() => "1"), y }).withColumns(days);
 * const profile = { frequency: "1d", yearLength: 364, events: [], roles: {} } as const;
 * const { columns } = explainByCalendar(frame, profile, { from: "2014-11-25", to: "2014-12-23" });
 * expect(columns[0]).toMatchObject({ column: "y", verdict: "calendar explains it" });
 * ```
 */
export function explainByCalendar(
  frame: DataFrame,
  profile: CalendarProfile,
  { from, to, calendar = [], preset = steady, yearDays = () => daysOfYear(profile), past: told, feeds = true }:
    CalendarOptions,
): CalendarDrift {
  const last = String(frame.select(pl.col("ds").max().cast(pl.Utf8)).row(0)[0]),
    window = knownWindow({ from, to }, last);
  const panel = frame.filter(pl.col("ds").lt(dayOf(window.to)));
  const history = panel.filter(pl.col("ds").lt(dayOf(window.from))), current = rowsIn(panel, window);
  const past = told ?? pastOf(panel, profile, history);
  const usualYear = daysOfYear(profile);
  const hasYear = [yearDays(window), usualYear].some((days) =>
    rowsIn(history, shiftedWindow(window, -days)).height > 0
  );
  const rows = hasYear ? past.sample() : undefined;
  const like = rows === undefined ? yearDays : likeOfLastYear(rows, window, yearDays, usualYear);
  const parts = partsOf({ current, history }, profile, window, like(window));
  const sample = parts.known ? rows : undefined;
  if (current.height === 0) {
    throw new RangeError(`Cannot compare the days from ${from} to ${window.to} as the panel has none`);
  }
  if (past.rows === 0) throw new RangeError(`Cannot compare the days from ${from} as no day precedes them`);
  const dates = new Set(calendar.map(({ name }) => name));
  const [dated, datedHistory] = [current, past.thinned()].map((part) =>
    part.withColumns(...calendar.map(({ name, expr }) => expr.alias(name)))
  ) as [DataFrame, DataFrame];
  const usual = sample === undefined ? {} : usualDistances(sample, window, like);
  const shift = sample === undefined ? undefined : salesShift(sample, window, like);
  const columns = comparable(dated, preset, profile).map((name): ExplainedColumn => {
    const plain = distance({ name, reference: datedHistory, current: dated }, preset);
    const matched = dates.has(name) ? undefined : parts.matched;
    const shape = shapeOf(
      (matched?.reference ?? datedHistory).getColumn(name),
      (matched?.current ?? dated).getColumn(name),
    );
    const drawn = shape === undefined ? {} : { shape };
    const untold: ExplainedColumn = {
      column: name,
      plain,
      verdict: plain.drifted ? "no year of history" : "same",
      ...drawn,
    };
    if (!parts.known) return untold;
    const found = dates.has(name)
      ? distance({ name, reference: withoutGaps(current, window, profile, calendar), current: dated }, preset)
      : expectedDistance(parts, profile, name, preset, past);
    if (found === undefined) return untold;
    const calibrated = beyondUsual(found, usual[name]);
    const verdict = calibrated.drifted ? "unexplained" : plain.drifted ? "calendar explains it" : "same";
    return { column: name, plain, calendar: calibrated, verdict, ...drawn };
  });
  columns.push(...salesColumns(shift, columns.find(({ column }) => column === "y")?.plain));
  return {
    ...window,
    rows: { history: past.rows, current: current.height, matched: parts.matched?.reference.height ?? 0 },
    uncovered: parts.matched?.uncovered ?? 1,
    columns,
    findings: feeds ? feedFindings({ history, recent: parts.recent, current, past }) : [],
  };
}

/** Level and spread of sales as columns of their own. */
function salesColumns(judged: JudgedShift | undefined, plain: Distance | undefined): ExplainedColumn[] {
  if (judged === undefined || plain === undefined) return [];
  const { shift, limits } = judged;
  return (["level", "spread"] as const).map((name): ExplainedColumn => {
    const threshold = limits[name], value = Math.abs(shift[name]), drifted = value >= threshold;
    const method = `log ratio of the ${name} of sales`;
    return {
      column: `y_${name}`,
      plain: { ...plain, drifted: false },
      calendar: { method, value, threshold, drifted, p: null, rows: shift.rows },
      verdict: drifted ? "unexplained" : "same",
    };
  });
}

/** A window that reaches into days not known yet ends with the last one known. */
function knownWindow({ from, to }: DateWindow, last: string): DateWindow {
  return { from, to: to <= last ? to : shiftedDate(last, 1) };
}

/** The columns worth comparing: neither identifiers nor dates nor texts, and with values on both sides. */
function comparable(
  frame: DataFrame,
  preset: Preset,
  { roles }: Pick<DatasetProfile, "roles">,
): string[] {
  return frame.columns.filter((name) => {
    if (name === "unique_id" || name === "ds" || roles[name] === "static") return false;
    const kind = preset.kindOf(columnOf(frame.getColumn(name)));
    return kind === "numerical" || kind === "categorical";
  });
}

/** The window's dates without gaps: what the calendar itself says. */
function withoutGaps(
  current: DataFrame,
  { from, to }: DateWindow,
  { frequency }: Pick<DatasetProfile, "frequency">,
  calendar: NonNullable<CalendarOptions["calendar"]>,
): DataFrame {
  const weekly = frequency === "1w", days: string[] = [];
  // A week is dated by the weekday that the data has.
  const first = weekly ? String(current.select(pl.col("ds").min().cast(pl.Utf8)).row(0)[0]) : from;
  for (let at = first; at < to; at = shiftedDate(at, weekly ? 7 : 1)) days.push(at);
  return pl.DataFrame({ ds: days })
    .select(pl.col("ds").str.strptime(pl.Date, "%Y-%m-%d").alias("ds"))
    .withColumns(...calendar.map(({ name, expr }) => expr.alias(name)));
}
