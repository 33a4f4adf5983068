/**
 * Do the forecasts themselves look like what was sold on such days, and like the forecasts before them?
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import {
  type CalendarVerdict,
  type Distance,
  explainByCalendar,
  numberSample,
  type Past,
  steady,
} from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import type { Panel } from "@/core/panel.ts";
import type { LoggedForecast } from "@/evaluation/mod.ts";
import { yearAgo } from "@/pipeline/monitor/year_ago.ts";
import { addSteps } from "@/pipeline/time.ts";

/** The forecasts of a day and a group of series. */
export interface DailyForecasts {
  readonly ds: string;
  readonly group: string;
  readonly rows: number;
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** What the newest forecasts look like. */
export interface PredictionDrift {
  readonly origin: string;
  readonly model: string;
  readonly rows: number;
  /** Against what was sold on the same days a year ago, grown as sales have. */
  readonly calendar: Distance | null;
  readonly verdict: CalendarVerdict;
  /** Against the forecasts of the origin before; null where there is none. */
  readonly before: (Distance & { readonly origin: string }) | null;
  readonly daily: readonly DailyForecasts[];
}

/** The forecasts of the newest origin. */
export interface NewestForecasts {
  readonly origins: readonly string[];
  readonly origin: string;
  /** The last date. */
  readonly last: string;
  readonly rows: readonly LoggedForecast[];
}

/** Finds the forecasts of the newest origin; undefined without any. */
export function newestOrigin(forecasts: readonly LoggedForecast[]): NewestForecasts | undefined {
  const origins = [...new Set(forecasts.map(({ origin }) => origin))].toSorted(), origin = origins.at(-1);
  if (origin === undefined) return undefined;
  const rows = forecasts.filter((row) => row.origin === origin && Number.isFinite(row.yHat));
  if (rows.length === 0) return undefined;
  return { origins, origin, last: rows.reduce((most, { ds }) => ds > most ? ds : most, origin), rows };
}

/**
 * Tests the forecasts of the newest origin like a column; null without any.
 *
 * @param past What was sold before it, where the panel has not all of its rows.
 */
export function predictionDrift(
  panel: Panel,
  forecasts: readonly LoggedForecast[],
  past?: Past,
): PredictionDrift | null {
  const found = newestOrigin(forecasts);
  if (found === undefined) return null;
  const { origins, origin, rows: newest } = found;
  const earlier = origins.length < 2 ? [] : forecasts.filter((row) => row.origin === origins.at(-2));
  const sample = (rows: readonly LoggedForecast[]) => numberSample(Float64Array.from(rows, ({ yHat }) => yHat));
  const byCalendar = likeSales(panel, found, past);
  return {
    origin,
    model: newest[0]!.model,
    rows: newest.length,
    calendar: byCalendar?.calendar ?? null,
    verdict: byCalendar?.verdict ?? "no year of history",
    before: earlier.length === 0 ? null : { ...distance(sample(earlier), sample(newest)), origin: origins.at(-2)! },
    daily: dailyOf(panel, newest),
  };
}

/** The findings of prediction drift. */
export function predictionFindings(drift: PredictionDrift | null): Finding[] {
  if (drift?.calendar == null) return [];
  const { calendar, verdict, origin } = drift;
  return [{
    check: "prediction_drift",
    column: "forecast",
    passed: verdict !== "unexplained",
    severity: "warning",
    observed: `${calendar.method} ${calendar.value?.toPrecision(3) ?? ""} from ${origin} on: ${verdict}`,
    wanted: `below ${calendar.threshold}, compared with sales of the same weeks last year`,
  }];
}

/**
 * The forecasts take the place of sales behind the history. Promotions to come are not known here, so days are matched by
 * weekday, whatever was on then.
 */
function likeSales(panel: Panel, newest: NewestForecasts, past: Past | undefined) {
  const sold = soldBefore(panel.frame, newest.origin);
  if (sold.height === 0) return undefined;
  const frame = pl.concat([sold, frameOf(newest.rows)]).sort(["unique_id", "ds"]);
  const options = { ...forecastWindow(newest, panel.profile), yearDays: yearAgo(panel.profile), feeds: false };
  const { columns } = explainByCalendar(
    frame,
    salesAlone(panel.profile),
    past === undefined ? options : { ...options, past },
  );
  return columns.find(({ column }) => column === "y");
}

/** Sales before an origin, as forecasts are compared with them. */
function soldBefore(frame: DataFrame, origin: string): DataFrame {
  return frame.filter(pl.col("ds").lt(pl.lit(origin).str.strptime(pl.Date, "%Y-%m-%d"))).select("unique_id", "ds", "y");
}

/** The days of forecasts as a window: the first, and the day after the last. */
export function forecastWindow(
  { origin, last }: Pick<NewestForecasts, "origin" | "last">,
  { frequency }: Pick<Panel["profile"], "frequency">,
): { readonly from: string; readonly to: string } {
  return { from: origin, to: addSteps(last, 1, frequency) };
}

/** A profile without events and columns: what forecasts and sales have in common. */
export function salesAlone(profile: Panel["profile"]): Panel["profile"] {
  const { openColumn: _, ...always } = { ...profile, events: [], roles: {} };
  return always;
}

/** Forecasts in the place of sales. */
export function frameOf(rows: readonly LoggedForecast[]): DataFrame {
  return pl.DataFrame({
    unique_id: rows.map(({ uniqueId }) => uniqueId),
    ds: rows.map(({ ds }) => ds),
    y: pl.Series("y", rows.map(({ yHat }) => yHat), pl.Float64),
  }).withColumn(pl.col("ds").str.strptime(pl.Date, "%Y-%m-%d").alias("ds"));
}

function distance(reference: ReturnType<typeof numberSample>, current: ReturnType<typeof numberSample>): Distance {
  const { test, value, threshold, drifted, p = null } = steady.judge(reference, current);
  return {
    method: test.title,
    value,
    threshold,
    drifted,
    p,
    rows: { reference: reference.size, current: current.size },
  };
}

/** Forecasts by day, for all series and for each group of the first property that series are told apart by. */
function dailyOf({ frame, profile }: Panel, rows: readonly LoggedForecast[]): DailyForecasts[] {
  const column = profile.slices.find((name) => profile.roles[name] === "static" && !profile.keys.includes(name));
  const groupOf = column === undefined || !frame.columns.includes(column) ? new Map<string, string>() : new Map(
    frame.select("unique_id", column).unique({ subset: ["unique_id"] }).rows()
      .map(([id, level]) => [String(id), `${column} ${level}`]),
  );
  const groups = new Map<string, number[]>();
  for (const { uniqueId, ds, yHat } of rows) {
    for (const group of ["all", ...groupOf.has(uniqueId) ? [groupOf.get(uniqueId)!] : []]) {
      const key = `${ds}\n${group}`, values = groups.get(key);
      values === undefined ? groups.set(key, [yHat]) : values.push(yHat);
    }
  }
  return [...groups].toSorted(([a], [b]) => a < b ? -1 : 1).map(([key, values]) => {
    const [ds, group] = key.split("\n") as [string, string], sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { ds, group, rows: values.length, mean, p10: at(0.1), p50: at(0.5), p90: at(0.9) };
  });
}
