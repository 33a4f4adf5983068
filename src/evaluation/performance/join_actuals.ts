/**
 * Forecasts joined with what was then sold, however untidily the sales came in.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Frequency } from "@/core/panel.ts";

/** A forecast as it was logged. */
export interface LoggedForecast {
  /** The series that is forecast. */
  readonly uniqueId: string;
  /** `YYYY-MM-DD`, like `origin`. */
  readonly ds: string;
  /** The model that made it. */
  readonly model: string;
  /** The first date of the forecast that it is part of. */
  readonly origin: string;
  /** In units of y. */
  readonly yHat: number;
  /** Level → interval. */
  readonly intervals: Readonly<Record<string, readonly [lo: number, hi: number]>>;
}

/** A sale as it was reported. */
export interface LoggedActual {
  /** The series that sold. */
  readonly uniqueId: string;
  /** The date that it is of, as forecasts name it, `YYYY-MM-DD`. */
  readonly ds: string;
  /** What was sold; below zero where returns outweigh sales. */
  readonly y: number;
  /** ISO 8601; left out where sales came with the data and not one by one. */
  readonly receivedAt?: string;
}

/** A forecast beside what was sold. */
export interface JoinedRow extends Omit<LoggedForecast, "model"> {
  /** What was then sold, in the units of the forecast. */
  readonly y: number;
  /** How many steps ahead it was: 1 for the first date of the forecast. */
  readonly step: number;
}

/** How the join went, as counts of rows. */
export interface JoinCounts {
  /** Forecasts that were given to the join. */
  readonly forecasts: number;
  /** Reports of sales that were given to it, repeated ones included. */
  readonly actuals: number;
  /** Forecasts that found their sale. */
  readonly joined: number;
  /** Forecasts whose day is not over, or whose sales have not come in. */
  readonly waiting: number;
  /** Reported again with the same value. */
  readonly repeated: number;
  /** Reported again with another value: the last one counts. */
  readonly corrected: number;
  /** Came in more than a week after their day. */
  readonly late: number;
  /** Of days that were forecast, of series that were not. */
  readonly unknown: number;
  /** Reported before their day had begun, or for a day to come: a clock is wrong, they are set aside. */
  readonly skewed: number;
  /** Forecasts or sales that are no finite numbers: set aside. */
  readonly broken: number;
}

/** What could be joined, and what could not. */
export interface Joined {
  /** Forecasts with their sale, in the order of the forecasts. */
  readonly rows: readonly JoinedRow[];
  /** How many rows went where. */
  readonly counts: JoinCounts;
  /** Warnings about untidy reports; empty where there is nothing to say. */
  readonly findings: readonly Finding[];
}

const DAY_MS = 86_400_000;
/** The earth's days begin up to this long before midnight in Greenwich. */
const EARLIEST_MS = 14 * 3_600_000;
const LATE_DAYS = 7;

/**
 * Joins forecasts with actuals. Of several reports of one sale the last received counts; a forecast of a day before its own
 * origin is not one and is left out.
 *
 * @param options.frequency Steps are days or weeks.
 * @param options.now Sales of later days are set aside.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { joinActuals } from "@/evaluation/mod.ts";
 *
 * const forecast = { uniqueId: "1", ds: "2015-08-02", model: "shop/1", origin: "2015-08-01", yHat: 90, intervals: {} };
 * const sold = { uniqueId: "1", ds: "2015-08-02", receivedAt: "2015-08-03T06:00:00Z" };
 * const twice = [{ ...sold, y: 100 }, { ...sold, y: 120, receivedAt: "2015-08-04T06:00:00Z" }];
 * const { rows, counts } = joinActuals([forecast], twice, { frequency: "1d", now: "2015-08-05T00:00:00Z" });
 * expect(rows[0]).toMatchObject({ y: 120, step: 2 });
 * expect(counts).toMatchObject({ joined: 1, corrected: 1 });
 * ```
 */
export function joinActuals(
  forecasts: readonly LoggedForecast[],
  actuals: readonly LoggedActual[],
  { frequency, now }: { readonly frequency: Frequency; readonly now: string },
): Joined {
  const days = daysByName(), end = Date.parse(now), stepDays = frequency === "1w" ? 7 : 1;
  const series = new Set(forecasts.map(({ uniqueId }) => uniqueId)), dates = new Set(forecasts.map(({ ds }) => ds));
  const known = new Map<string, LoggedActual>();
  let repeated = 0, corrected = 0, late = 0, unknown = 0, skewed = 0, broken = 0;
  for (const actual of actuals) {
    const { uniqueId, ds, y, receivedAt } = actual, day = days(ds) * DAY_MS;
    if (!Number.isFinite(y)) broken++;
    else if (day - EARLIEST_MS > end || (receivedAt !== undefined && Date.parse(receivedAt) < day - EARLIEST_MS)) {
      skewed++;
    } else {
      if (!series.has(uniqueId) && dates.has(ds)) unknown++;
      if (receivedAt !== undefined && Date.parse(receivedAt) > day + (LATE_DAYS + stepDays) * DAY_MS) late++;
      const key = `${uniqueId}\n${ds}`, before = known.get(key);
      if (before !== undefined) before.y === y ? repeated++ : corrected++;
      if (before === undefined || (receivedAt ?? "") >= (before.receivedAt ?? "")) known.set(key, actual);
    }
  }
  const rows: JoinedRow[] = [];
  let waiting = 0;
  for (const { model: _, ...forecast } of forecasts) {
    const step = (days(forecast.ds) - days(forecast.origin)) / stepDays + 1;
    const actual = known.get(`${forecast.uniqueId}\n${forecast.ds}`);
    if (!Number.isFinite(forecast.yHat) || !(step >= 1)) broken++;
    else if (actual === undefined) waiting++;
    else rows.push({ ...forecast, step, y: actual.y });
  }
  const counts: JoinCounts = {
    forecasts: forecasts.length,
    actuals: actuals.length,
    joined: rows.length,
    waiting,
    repeated,
    corrected,
    late,
    unknown,
    skewed,
    broken,
  };
  return { rows, counts, findings: findingsOf(counts) };
}

/**
 * The newest forecast of each series and date: what a planner would have used on the day.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newestForecasts } from "@/evaluation/mod.ts";
 *
 * const row = { uniqueId: "1", ds: "2015-06-01" };
 * const rows = [{ ...row, origin: "2015-05-01" }, { ...row, origin: "2015-05-20" }];
 * expect(newestForecasts(rows).map(({ origin }) => origin)).toEqual(["2015-05-20"]);
 * ```
 */
export function newestForecasts<Row extends Pick<JoinedRow, "uniqueId" | "ds" | "origin">>(
  rows: readonly Row[],
): readonly Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.uniqueId}\n${row.ds}`, before = newest.get(key);
    if (before === undefined || row.origin > before.origin) newest.set(key, row);
  }
  return newest.size === rows.length ? rows : [...newest.values()];
}

function findingsOf({ actuals, forecasts, joined, corrected, late, unknown, skewed, broken }: JoinCounts): Finding[] {
  const finding = (check: string, count: number, what: string, wanted: string): Finding[] =>
    count === 0 ? [] : [{ check, passed: false, severity: "warning", observed: `${count} ${what}`, wanted }];
  return [
    ...finding("actuals_corrected", corrected, "reported again with another value", "one value; the last one counts"),
    ...finding("actuals_late", late, `came in more than ${LATE_DAYS} days late`, "within a week"),
    ...finding("actuals_unknown", unknown, "of series that were not forecast", "series that were forecast"),
    ...finding("actuals_clock", skewed, "of days that had not begun", "days that were over; they were set aside"),
    ...finding("actuals_broken", broken, "not a number, or forecast after its day", "finite; they were set aside"),
    ...forecasts > 0 && actuals > 0 && joined === 0
      ? finding("actuals_none_joined", actuals, "but none of a forecast day and series", "some that were forecast")
      : [],
  ];
}

/** Dates as numbers of days; each name is read once. */
function daysByName(): (ds: string) => number {
  const known = new Map<string, number>();
  return (ds) => {
    let day = known.get(ds);
    if (day === undefined) known.set(ds, day = Math.floor(Date.parse(ds) / DAY_MS));
    return day;
  };
}
