/**
 * Drift with the calendar taken out: August is compared with last August, promotion days with promotion days.
 *
 * @module
 */
import pl, { type DataFrame, type Expr, type Series } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { columnOf } from "@/checks/drift/column_of.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { steady } from "@/checks/drift/steady.ts";

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

/** One distance, and whether it is drift. */
export interface Distance {
  /** The measure's title; `empty` where one side has no values at all. */
  readonly method: string;
  readonly value: number | null;
  readonly threshold: number;
  readonly drifted: boolean;
  /** How likely it is by chance; null where nothing could be compared. */
  readonly p: number | null;
  /** How many values were compared. */
  readonly rows: { readonly reference: number; readonly current: number };
}

/** A column compared with the whole history, and with what the calendar lets expect. */
export interface ExplainedColumn {
  readonly column: string;
  readonly plain: Distance;
  readonly calendar?: Distance;
  readonly verdict: CalendarVerdict;
}

/** A window of a panel, explained. */
export interface CalendarDrift {
  readonly from: string;
  readonly to: string;
  readonly rows: { readonly history: number; readonly current: number; readonly matched: number };
  /** The share of current rows for which a year ago had no day of the same kind. */
  readonly uncovered: number;
  readonly columns: readonly ExplainedColumn[];
}

/** What a window of a panel is to be explained with. */
export interface CalendarOptions {
  /** The first day of the window, `YYYY-MM-DD`. */
  readonly from: string;
  /** The day after its last. */
  readonly to: string;
  /** Columns that follow from the date: name and expression over `ds`. */
  readonly calendar?: readonly { readonly name: string; readonly expr: Expr }[];
  readonly preset?: Preset;
}

/** Weeks that season may move from one year to the next: Easter, school holidays, the turn of promotion weeks. */
const WEEKS_EITHER_WAY = 3;
/** Weeks before the window from which this year's growth is known. */
const TREND_WEEKS = 8;

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
 * // Two years of a shop that sells twice as much in December.
 * const ds = Array.from({ length: 728 }, (_, i) => new Date(Date.UTC(2013, 0, 1 + i)));
 * const y = ds.map((day, i) => (day.getUTCMonth() === 11 ? 200 : 100) + i % 7 + (i * 37) % 11);
 * const days = pl.Series("ds", ds.map((day) => day.toISOString().slice(0, 10))).cast(pl.Utf8).str.strptime(pl.Date, "%Y-%m-%d");
 * const frame = pl.DataFrame({ unique_id: ds.map(() => "1"), y }).withColumns(days);
 * const profile = { frequency: "1d", yearLength: 364, events: [], roles: {} } as const;
 * const { columns } = explainByCalendar(frame, profile, { from: "2014-12-02", to: "2014-12-28" });
 * expect(columns[0]).toMatchObject({ column: "y", verdict: "calendar explains it" });
 * ```
 */
export function explainByCalendar(
  frame: DataFrame,
  profile: Pick<DatasetProfile, "frequency" | "yearLength" | "events" | "openColumn" | "roles">,
  { from, to: until, calendar = [], preset = steady }: CalendarOptions,
): CalendarDrift {
  const last = String(frame.select(pl.col("ds").max().cast(pl.Utf8)).row(0)[0]);
  // A window that reaches into days not known yet ends with the last one known.
  const to = until <= last ? until : shifted(last, 1);
  const dated = frame.filter(pl.col("ds").lt(day(to))).withColumns(
    ...calendar.map(({ name, expr }) => expr.alias(name)),
  );
  const current = between(dated, from, to), history = dated.filter(pl.col("ds").lt(day(from)));
  if (current.height === 0) throw new RangeError(`Cannot compare the days from ${from} to ${to} as the panel has none`);
  if (history.height === 0) throw new RangeError(`Cannot compare the days from ${from} as no day precedes them`);
  const yearDays = profile.yearLength * (profile.frequency === "1w" ? 7 : 1);
  const lastYear = { from: shifted(from, -yearDays), to: shifted(to, -yearDays) };
  const dates = new Set(calendar.map(({ name }) => name)), kinds = kindsOfDay(frame, profile);
  const known = between(history, lastYear.from, lastYear.to).height > 0;
  const matched = known ? matchedRows(current, history, kinds, lastYear) : undefined;
  const recent = between(history, shifted(from, -7 * TREND_WEEKS), from);
  const trend = known ? growth(history, profile, from, yearDays) : {};
  const expected = (name: string): readonly Pair[] => {
    const pair = (current: DataFrame) => (reference: DataFrame) => ({ name, reference, current });
    if (dates.has(name)) return [pair(current)(withoutGaps(current, { from, to }, profile, calendar))];
    const isEvent = profile.events.includes(name) || name === profile.openColumn;
    if (isEvent) return seasons(history, lastYear).map(pair(current));
    const alike = pair(matched!.current)(scaled(matched!.reference, name, trend[name]));
    // What is sold has last year as its measure; a price or a temperature may also simply be as in the weeks before.
    return name === "y" ? [alike] : [alike, pair(current)(recent)];
  };
  const columns = comparable(dated, preset, profile).map((name): ExplainedColumn => {
    const plain = distance({ name, reference: history, current }, preset);
    if (!known) return { column: name, plain, verdict: plain.drifted ? "no year of history" : "same" };
    const found = nearest(expected(name), preset);
    if (found === undefined) return { column: name, plain, verdict: plain.drifted ? "no year of history" : "same" };
    const verdict = found.drifted ? "unexplained" : plain.drifted ? "calendar explains it" : "same";
    return { column: name, plain, calendar: found, verdict };
  });
  return {
    from,
    to,
    rows: { history: history.height, current: current.height, matched: matched?.reference.height ?? 0 },
    uncovered: matched?.uncovered ?? 1,
    columns,
  };
}

const day = (iso: string): Expr => pl.lit(iso).cast(pl.Utf8).str.strptime(pl.Date, "%Y-%m-%d");
const shifted = (iso: string, days: number): string => Temporal.PlainDate.from(iso).add({ days }).toString();

function between(frame: DataFrame, from: string, to: string): DataFrame {
  return frame.filter(pl.col("ds").gtEq(day(from)).and(pl.col("ds").lt(day(to))));
}

/** The columns whose values make days alike: weekday, events, open or closed. */
function kindsOfDay(
  frame: DataFrame,
  { frequency, events, openColumn }: Pick<DatasetProfile, "frequency" | "events" | "openColumn">,
): Expr[] {
  const there = [...events, ...(openColumn === undefined ? [] : [openColumn])]
    .filter((name) => frame.columns.includes(name));
  const columns = there.map((name) => pl.col(name).cast(pl.Utf8).fillNull(pl.lit("?")));
  return frequency === "1d" ? [pl.col("ds").dt.weekday().cast(pl.Utf8), ...columns] : columns;
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

interface Pair {
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

function distance({ name, reference, current }: Pair, preset: Preset): Distance {
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

/** The window's dates without gaps: what the calendar itself says. */
function withoutGaps(
  current: DataFrame,
  { from, to }: Pick<CalendarOptions, "from" | "to">,
  { frequency }: Pick<DatasetProfile, "frequency">,
  calendar: NonNullable<CalendarOptions["calendar"]>,
): DataFrame {
  const weekly = frequency === "1w", days: string[] = [];
  // A week is dated by the weekday that the data has.
  const first = weekly ? String(current.select(pl.col("ds").min().cast(pl.Utf8)).row(0)[0]) : from;
  for (let at = first; at < to; at = shifted(at, weekly ? 7 : 1)) days.push(at);
  return pl.DataFrame({ ds: days })
    .select(pl.col("ds").str.strptime(pl.Date, "%Y-%m-%d").alias("ds"))
    .withColumns(...calendar.map(({ name, expr }) => expr.alias(name)));
}

/** Last year's window, and those up to some weeks earlier and later. */
function seasons(history: DataFrame, { from, to }: { readonly from: string; readonly to: string }): DataFrame[] {
  const weeks = Array.from({ length: 2 * WEEKS_EITHER_WAY + 1 }, (_, i) => i - WEEKS_EITHER_WAY);
  return weeks.map((week) => between(history, shifted(from, 7 * week), shifted(to, 7 * week)));
}

interface Matched {
  readonly reference: DataFrame;
  readonly current: DataFrame;
  readonly uncovered: number;
}

/**
 * As many rows of last year's weeks as there are current ones, of the same kinds of day: for each current row one of its
 * kind (from the weeks beside, where last year's have none), spread evenly over the series and days that last year has. Nothing is drawn by lot, so it repeats.
 */
function matchedRows(
  current: DataFrame,
  history: DataFrame,
  kinds: readonly Expr[],
  { from, to }: { readonly from: string; readonly to: string },
): Matched {
  const season = between(history, shifted(from, -7), shifted(to, 7));
  const sold = (frame: DataFrame) => frame.columns.includes("y") ? frame.filter(pl.col("y").isNotNull()) : frame;
  const common = sold(season).select("unique_id").unique().join(sold(current).select("unique_id").unique(), {
    on: "unique_id",
  });
  const own = kinds.length === 0 ? pl.lit("all") : pl.concatString([...kinds], "|");
  const kinded = (frame: DataFrame) => sold(frame).join(common, { on: "unique_id" }).withColumns(own.alias("kind"));
  const [now, then] = [kinded(current), kinded(season).sort(["unique_id", "ds"])];
  const inWindow = then.select(pl.col("ds").gtEq(day(from)).and(pl.col("ds").lt(day(to))).alias("in")).getColumn("in")
    .toArray() as boolean[];
  const rowsOfKind = rowsByKind(then.getColumn("kind").toArray() as string[], inWindow);
  const wanted = new Map<string, number>();
  const nowKinds = now.getColumn("kind").toArray() as string[];
  for (const kind of nowKinds) wanted.set(kind, (wanted.get(kind) ?? 0) + 1);
  const picked: number[] = [];
  for (const [kind, count] of wanted) {
    const rows = rowsOfKind.get(kind) ?? [];
    if (rows.length > 0) { for (let i = 0; i < count; i++) picked.push(rows[Math.floor(i * rows.length / count)]!); }
  }
  const reference = pl.DataFrame([pl.Series("row", picked, pl.Int64)])
    .join(numbered(then), { on: "row" });
  const covered = now.filter(pl.col("kind").isIn([...rowsOfKind.keys()]));
  return { reference, current: covered, uncovered: now.height === 0 ? 1 : 1 - covered.height / now.height };
}

/** Kind of day → its rows in the window; where there are none, those of the weeks beside it. */
function rowsByKind(kinds: readonly string[], inWindow: readonly boolean[]): Map<string, number[]> {
  const [inside, beside] = [new Map<string, number[]>(), new Map<string, number[]>()];
  kinds.forEach((kind, row) => {
    const group = inWindow[row] ? inside : beside, rows = group.get(kind);
    rows === undefined ? group.set(kind, [row]) : rows.push(row);
  });
  return new Map([...beside, ...inside]);
}

function numbered(frame: DataFrame): DataFrame {
  return frame.withColumns(pl.intRange(0, pl.len()).cast(pl.Int64).alias("row"));
}

/**
 * Column → how much larger it is than a year before: the median of the ratios of the weeks that precede the window, so that
 * a holiday that fell into another week decides nothing.
 */
function growth(
  history: DataFrame,
  { roles }: Pick<DatasetProfile, "roles">,
  from: string,
  yearDays: number,
): Record<string, number> {
  const weeks = Array.from({ length: TREND_WEEKS }, (_, i) => {
    const [start, end] = [shifted(from, -7 * (i + 1)), shifted(from, -7 * i)];
    return [
      between(history, start, end),
      between(history, shifted(start, -yearDays), shifted(end, -yearDays)),
    ] as const;
  });
  const amounts = ["y", ...Object.keys(roles).filter((name) => roles[name] === "observed")].filter((name) =>
    // Only amounts grow by a factor: a temperature may be below zero.
    history.columns.includes(name) && columnOf(history.getColumn(name).head(1)).family === "number" &&
    Number(history.getColumn(name).min()) >= 0
  );
  return Object.fromEntries(amounts.flatMap((name) => {
    const ratios = weeks.flatMap(([now, then]) => ratioOfMeans(name, now, then)).toSorted((a, b) => a - b);
    return ratios.length === 0 ? [] : [[name, ratios[ratios.length >> 1]!]];
  }));
}

/** How much larger a column's mean is, over the series that are on both sides; nothing where it cannot be said. */
function ratioOfMeans(name: string, now: DataFrame, then: DataFrame): number[] {
  const means = (frame: DataFrame) =>
    frame.filter(pl.col(name).isNotNull()).groupBy("unique_id").agg(pl.col(name).cast(pl.Float64).mean().alias("mean"));
  const both = means(now).join(means(then), { on: "unique_id", suffix: "_then" });
  const [a, b] = [Number(both.getColumn("mean").sum()), Number(both.getColumn("mean_then").sum())];
  return a > 0 && b > 0 ? [a / b] : [];
}

function scaled(frame: DataFrame, name: string, factor: number | undefined): DataFrame {
  return factor === undefined ? frame : frame.withColumns(pl.col(name).mul(factor).alias(name));
}
