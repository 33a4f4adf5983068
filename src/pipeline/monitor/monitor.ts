/**
 * The step that asks whether the world has changed: newest data against what the calendar lets expect.
 *
 * @module
 */
import { type CalendarDrift, explainByCalendar } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { DatasetError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { calendarFeatures } from "@/features/mod.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { readIngested, take } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { type DriftSummary, type MonitoredColumn, monitorKeys } from "@/pipeline/monitor/drift_summary.ts";
import { raiseRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { addSteps } from "@/pipeline/time.ts";
import { appendLocked } from "@/stores/mod.ts";

/** Steps that are judged together when nothing else is said: two weeks of days, four of weeks. */
const WINDOW = { "1d": 14, "1w": 4 } as const;
/** The share of columns from which a whole dataset counts as drifted, as Evidently has it. */
const DATASET_SHARE = 0.5;

/** What a caller may choose about one run of monitoring. */
export interface MonitorOptions {
  /** Reads the run's source anew instead of the panel that `ingest` wrote. */
  readonly fresh?: boolean;
  /** How many of the newest steps are judged. */
  readonly steps?: number;
}

/**
 * Judges the newest steps, and writes what it found: the summary, a line of the log, and the flag when retraining is due.
 *
 * @throws {MissingInputError} If nothing was ingested yet.
 * @throws {DatasetError} If there are no days to judge, or none before them.
 */
export async function monitor(context: Context, { fresh = false, steps }: MonitorOptions = {}): Promise<DriftSummary> {
  const { panel } = fresh ? await take(context) : await readIngested(context);
  const summary = await judge(context, panel, steps ?? WINDOW[panel.profile.frequency]);
  await keepSummary(context, summary);
  return summary;
}

async function judge(context: Context, panel: Panel, steps: number): Promise<DriftSummary> {
  const { profile, store, now } = context;
  const window = { from: addSteps(panel.asOf, -steps, profile.frequency), to: panel.asOf };
  const drift = explained(panel, window);
  const columns = Object.fromEntries(drift.columns.map((column) => [column.column, columnVerdict(column)]));
  const named = (verdict: MonitoredColumn["verdict"]) =>
    drift.columns.filter((column) => column.verdict === verdict).map(({ column }) => column);
  const unexplained = named("unexplained"),
    share = drift.columns.length === 0 ? 0 : unexplained.length / drift.columns.length;
  const dataset_drift = drift.columns.length > 0 && share >= DATASET_SHARE;
  const current = await readCurrent(store, profile.name);
  const reasons = [
    ...dataset_drift ? [`${unexplained.length} of ${drift.columns.length} columns drifted unexplained`] : [],
    ...columns["y"]?.drifted
      ? [`sales are unlike the same days last year: ${columns["y"].method} ${digits(columns["y"].value)}`]
      : [],
  ];
  return {
    format: 1,
    dataset: profile.name,
    asOf: panel.asOf,
    checkedAt: now().toString(),
    model: current === undefined ? null : `${registeredName(context)}/${current.version}`,
    window: { ...window, rows: drift.rows.current },
    reference: { rows: drift.rows.history, matched: drift.rows.matched, uncovered: drift.uncovered },
    dataset_drift,
    share,
    columns,
    explained: named("calendar explains it"),
    unexplained,
    findings: drift.columns.map(findingOf),
    due: reasons.length > 0,
    reasons,
  };
}

function explained(panel: Panel, window: { readonly from: string; readonly to: string }): CalendarDrift {
  const calendar = calendarFeatures(panel.profile).flatMap((feature) =>
    feature.form === "expression" ? [{ name: feature.name, expr: feature.expr }] : []
  );
  try {
    return explainByCalendar(panel.frame, panel.profile, { ...window, calendar });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError(error.message, { dataset: panel.profile.name }, { cause: error });
  }
}

function columnVerdict({ plain, calendar = plain, verdict }: CalendarDrift["columns"][number]): MonitoredColumn {
  return { ...calendar, drifted: verdict === "unexplained", verdict, plain };
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

async function keepSummary({ store }: Context, summary: DriftSummary): Promise<void> {
  const keys = monitorKeys(summary.dataset);
  const { dataset, asOf, checkedAt, model, window, share, explained, unexplained, due, reasons } = summary;
  await writeJson(store, keys.summary, summary);
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
