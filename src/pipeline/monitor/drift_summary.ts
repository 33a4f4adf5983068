/**
 * What monitoring found, as a document: `reports/<dataset>/drift_summary.json`.
 *
 * The dashboard, the gauges, the alerts and `deno task retrain` read this file and nothing else, so its shape is a
 * contract: fields are added, never renamed.
 *
 * @module
 */
import type { CalendarVerdict, Distance, Shape } from "@/checks/mod.ts";
import type { Finding } from "@/core/check.ts";
import { MissingInputError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import type { ExpectedError } from "@/pipeline/monitor/expected_error.ts";
import type { PerformanceSummary } from "@/pipeline/monitor/performance.ts";
import type { PredictionDrift } from "@/pipeline/monitor/prediction_drift.ts";

/** The keys of what monitoring writes about a dataset. */
export function monitorKeys(dataset: string) {
  return {
    summary: `reports/${dataset}/drift_summary.json`,
    report: `reports/${dataset}/data_drift_report.html`,
    /** Is there while retraining is due: see retrain_flag.ts. */
    flag: `reports/${dataset}/drift_result.txt`,
    log: "logs/drift_logs.log",
  };
}

/** The verdict on one column: the distance to what the calendar lets expect, or to the history where it is too short. */
export interface MonitoredColumn extends Distance {
  /** Whether the column has changed in a way that the calendar does not explain. */
  readonly drifted: boolean;
  readonly verdict: CalendarVerdict;
  /** The same column against its whole history, the calendar ignored. */
  readonly plain: Distance;
  /** What was compared, as shares of rows in common bins. */
  readonly shape?: Shape;
}

/** What one run of `deno task monitor` found. */
export interface DriftSummary {
  readonly format: 1;
  readonly dataset: string;
  /** The first date whose target is not known yet. */
  readonly asOf: string;
  /** When it was judged, ISO 8601. */
  readonly checkedAt: string;
  /** The model in production, `shelfcast-rossmann/3`; null where none is. */
  readonly model: string | null;
  /** The days that were judged: `from` is the first, `to` the day after the last. */
  readonly window: { readonly from: string; readonly to: string; readonly rows: number };
  /** What they were compared with: rows before the window, and rows that the calendar lets expect. */
  readonly reference: {
    readonly rows: number;
    readonly matched: number;
    /** The share of rows for which a year ago had no day of the same kind. */
    readonly uncovered: number;
  };
  /** Whether at least half of the columns have drifted unexplained. */
  readonly dataset_drift: boolean;
  /** The share of columns that have. */
  readonly share: number;
  readonly columns: Readonly<Record<string, MonitoredColumn>>;
  /** Columns that differ from their history as the calendar lets expect. */
  readonly explained: readonly string[];
  /** Columns that differ although the calendar gives no reason. */
  readonly unexplained: readonly string[];
  readonly findings: readonly Finding[];
  /** How forecasts fared whose sales are known; null where none are. */
  readonly performance: PerformanceSummary | null;
  /** What the newest forecasts look like; null where none were made. */
  readonly predictions: PredictionDrift | null;
  /** How large errors will be of forecasts whose days are to come; null where that cannot be told. */
  readonly expected: ExpectedError | null;
  /** Whether the model should be trained again, and why. */
  readonly due: boolean;
  readonly reasons: readonly string[];
}

/**
 * Reads what monitoring found last.
 *
 * @throws {MissingInputError} If nothing was monitored yet, or the file is damaged.
 */
export async function readDriftSummary(store: Store, dataset: string): Promise<DriftSummary> {
  const { summary } = monitorKeys(dataset), bytes = await store.get(summary);
  if (bytes === undefined) throw new MissingInputError(summary, "monitor");
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as DriftSummary;
  } catch {
    throw new MissingInputError(`${summary} as JSON`, "monitor");
  }
}

/** Reads what monitoring found last; undefined where nothing was monitored yet, or the file is damaged. */
export async function readDriftSummaryIfThere(store: Store, dataset: string): Promise<DriftSummary | undefined> {
  try {
    return await readDriftSummary(store, dataset);
  } catch (error) {
    if (error instanceof MissingInputError) return undefined;
    throw error;
  }
}
