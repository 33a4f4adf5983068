/**
 * The step that asks whether the world has changed: newest data against what the calendar lets expect.
 *
 * @module
 */
import { driftReport } from "@/charts/mod.ts";
import { type CalendarDrift, explainByCalendar, type Past } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { DatasetError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { readIngested, take } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { type DriftSummary, type MonitoredColumn, monitorKeys } from "@/pipeline/monitor/drift_summary.ts";
import { calendarColumns } from "@/pipeline/monitor/day_kinds.ts";
import { type JudgedErrors, judgedErrors } from "@/pipeline/monitor/error_baseline.ts";
import { expectedError } from "@/pipeline/monitor/expected_error.ts";
import { type ForecastLog, performanceSummary } from "@/pipeline/monitor/performance.ts";
import { predictionDrift, predictionFindings } from "@/pipeline/monitor/prediction_drift.ts";
import { raiseRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { plotlyText } from "@/pipeline/plotly_text.ts";
import { yearAgo } from "@/pipeline/monitor/year_ago.ts";
import { addSteps } from "@/pipeline/time.ts";
import { appendLocked } from "@/stores/mod.ts";

/** Steps that are judged together when nothing else is said: two weeks of days, four of weeks. */
const WINDOW = { "1d": 14, "1w": 4 } as const;

/** What a caller may choose about one run of monitoring. */
export interface MonitorOptions {
  /** Reads the run's source anew instead of the panel that `ingest` wrote. */
  readonly fresh?: boolean;
  /** How many of the newest steps are judged. */
  readonly steps?: number;
  /** Forecasts that were made of dates from a day on, and sales that were reported one by one. */
  readonly log?: (from: string) => Promise<ForecastLog>;
}

/** What a panel is judged with. */
export interface JudgeOptions extends Pick<MonitorOptions, "steps"> {
  readonly log?: ForecastLog;
  readonly baseline?: JudgedErrors | undefined;
  /** The model in production. */
  readonly model?: string | null;
  /** What lies behind the window, and behind the newest forecasts, where the panel has not all of its rows. */
  readonly past?: { readonly window: Past; readonly forecasts: Past | undefined };
}

const LIMITS = { margin: 0.2, falseAlarms: 0.05, share: 0.5 };
const NO_LOG: ForecastLog = { forecasts: [], actuals: [] };

/**
 * Judges the newest steps and the forecasts that were made, and writes what it found: the summary, a line of the log, and
 * the flag when retraining is due.
 *
 * @throws {MissingInputError} If nothing was ingested yet.
 * @throws {DatasetError} If there are no days to judge, or none before them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { ingest } from "@/pipeline/ingest.ts";
 * import { monitor } from "@/pipeline/monitor/monitor.ts";
 * import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides: { series: 4, steps: 500 } });
 * await ingest(context);
 * const { due, columns } = await monitor(context);
 * expect(Object.keys(columns)).toContain("y");
 * // The flag is up exactly when retraining is due.
 * expect(await readRetrainFlag(context.store, "rossmann") !== undefined).toBe(due);
 * ```
 */
export async function monitor(
  context: Context,
  { fresh = false, steps, log }: MonitorOptions = {},
): Promise<DriftSummary> {
  const { panel } = fresh ? await take(context) : await readIngested(context);
  const known = await readLog(panel, log);
  return await judgeAndKeep(context, panel, steps === undefined ? { log: known } : { log: known, steps });
}

/** Reads a year of forecasts, and the sales that were reported one by one. */
export async function readLog(
  { asOf, profile: { yearLength, frequency } }: Pick<Panel, "asOf" | "profile">,
  log: MonitorOptions["log"],
): Promise<ForecastLog> {
  return await log?.(addSteps(asOf, -yearLength, frequency)) ?? NO_LOG;
}

/** Judges a panel beside what is known of the model in production, and writes what was found. */
export async function judgeAndKeep(
  context: Context,
  panel: Panel,
  options: Pick<JudgeOptions, "steps" | "log" | "past">,
): Promise<DriftSummary> {
  const { profile, store } = context, current = await readCurrent(store, profile.name);
  const summary = await judge(context, panel, {
    ...options,
    baseline: await judgedErrors(context),
    model: current === undefined ? null : `${registeredName(context)}/${current.version}`,
  });
  await keepSummary(context, summary);
  return summary;
}

/** The newest steps of a panel: the first date, and the day after the last. */
export function judgedWindow(
  { asOf, profile: { frequency } }: Pick<Panel, "asOf" | "profile">,
  steps: number = WINDOW[frequency],
): { readonly from: string; readonly to: string } {
  return { from: addSteps(asOf, -steps, frequency), to: asOf };
}

/**
 * Judges a panel and the forecasts that were made of it. Writes nothing: a replay of history calls it week by week.
 *
 * @throws {DatasetError} If there are no days to judge, or none before them.
 */
export async function judge(
  context: Pick<Context, "store" | "profile" | "params" | "now">,
  panel: Panel,
  { steps = WINDOW[panel.profile.frequency], log = NO_LOG, baseline, model = null, past }: JudgeOptions = {},
): Promise<DriftSummary> {
  const { params: { seed, monitor: limits = LIMITS }, now } = context, { profile } = panel;
  const checkedAt = now().toString();
  const window = judgedWindow(panel, steps);
  const drift = explained(panel, window, past?.window);
  const columns = Object.fromEntries(drift.columns.map((column) => [column.column, columnVerdict(column)]));
  const named = (verdict: MonitoredColumn["verdict"]) =>
    drift.columns.filter((column) => column.verdict === verdict).map(({ column }) => column);
  const unexplained = named("unexplained"), all = drift.columns.length;
  const share = all === 0 ? 0 : unexplained.length / all;
  const performed = performanceSummary(panel, log, { model, baseline, width: steps, seed, now: checkedAt, ...limits });
  const predictions = predictionDrift(panel, log.forecasts, past?.forecasts);
  const summary = {
    format: 1 as const,
    dataset: profile.name,
    asOf: panel.asOf,
    checkedAt,
    model,
    window: { ...window, rows: drift.rows.current },
    reference: { rows: drift.rows.history, matched: drift.rows.matched, uncovered: drift.uncovered },
    dataset_drift: all > 0 && share >= (limits.share),
    share,
    columns,
    explained: named("calendar explains it"),
    unexplained,
    findings: [
      ...drift.columns.map(findingOf),
      ...drift.findings,
      ...performed.findings,
      ...predictionFindings(predictions),
    ],
    performance: performed.summary,
    predictions,
    expected: await expectedError(context, panel, log.forecasts, performed),
  };
  const reasons = reasonsOf(summary, limits.margin);
  return { ...summary, due: reasons.length > 0, reasons };
}

/** Why the model should be trained again. Data that stopped coming is no reason: that has to be mended, not learnt. */
function reasonsOf(
  { dataset_drift, unexplained, columns, performance, expected }: Omit<DriftSummary, "due" | "reasons">,
  margin: number,
): string[] {
  const concept = performance?.concept;
  const moved = ["y_level", "y_spread", "y"].map((name) => columns[name]).find((column) => column?.drifted);
  return [
    ...concept?.drifted
      ? [
        `the error is ${
          percent(concept.ratio! - 1)
        } above its baseline since ${concept.since}, alarm on ${concept.alarmAt}`,
      ]
      : [],
    ...moved === undefined ? [] : [`sales are unlike the same days last year: ${moved.method} ${digits(moved.value)}`],
    ...dataset_drift ? [`${unexplained.length} of ${Object.keys(columns).length} columns changed unexplained`] : [],
    ...expected !== null && expected.ratio > 1 + margin
      ? [`the error to come is estimated ${percent(expected.ratio - 1)} above what is usual`]
      : [],
  ];
}

function explained(
  panel: Panel,
  window: { readonly from: string; readonly to: string },
  past: Past | undefined,
): CalendarDrift {
  try {
    return explainByCalendar(panel.frame, panel.profile, {
      ...window,
      ...past === undefined ? {} : { past },
      calendar: calendarColumns(panel.profile),
      yearDays: yearAgo(panel.profile),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError(error.message, { dataset: panel.profile.name }, { cause: error });
  }
}

function columnVerdict({ plain, calendar = plain, verdict, shape }: CalendarDrift["columns"][number]): MonitoredColumn {
  return { ...calendar, drifted: verdict === "unexplained", verdict, plain, ...shape === undefined ? {} : { shape } };
}

function findingOf({ column, plain, calendar = plain, verdict }: CalendarDrift["columns"][number]): Finding {
  return {
    check: "drift_column",
    column,
    passed: verdict !== "unexplained",
    severity: "warning",
    observed: `${calendar.method} ${digits(calendar.value)}: ${verdict}`,
    wanted: `below ${calendar.threshold}, compared with the same weeks last year`,
  };
}

async function keepSummary({ store, profile: { unit } }: Context, summary: DriftSummary): Promise<void> {
  const keys = monitorKeys(summary.dataset);
  const { dataset, asOf, checkedAt, model, window, share, explained, unexplained, due, reasons } = summary;
  await writeJson(store, keys.summary, summary);
  await store.put(keys.report, driftReport({ ...summary, unit }, { plotly: await plotlyText("basic") }));
  const line = {
    time: checkedAt,
    event: "monitored",
    dataset,
    asOf,
    model,
    window,
    share,
    explained,
    unexplained,
    due,
    reasons,
  };
  await appendLocked(store.path(keys.log), () => JSON.stringify(line));
  // Last, so that whoever sees the flag finds the summary that raised it.
  if (due) await raiseRetrainFlag(store, summary);
}

const digits = (value: number | null): string =>
  value === null ? "" : value.toLocaleString("en", { maximumSignificantDigits: 3 });

const percent = (share: number): string => `${Math.round(share * 100)} %`;
