/**
 * What somebody should look at now: as Prometheus says it, or, where none is configured, as the last runs of tasks left it.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { type DriftSummary, readDriftSummaryIfThere } from "@/pipeline/monitor/drift_summary.ts";
import { readRetrainFlag, type RetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { readRetrainState, type RetrainState } from "@/pipeline/retrain/retrain_state.ts";

/** One alert. */
export interface ActiveAlert {
  readonly name: string;
  readonly severity: "critical" | "warning";
  /** `pending` is true for less long than its rule asks for. */
  readonly state: "firing" | "pending";
  readonly summary: string;
  /** Since when, ISO 8601; null where nobody noted it. */
  readonly since: string | null;
}

/** All of them, and who says so. */
export interface ActiveAlerts {
  readonly from: "prometheus" | "files";
  readonly alerts: readonly ActiveAlert[];
  /** Why Prometheus could not be asked, though it is configured. */
  readonly trouble: string | null;
}

/** What the last runs of tasks left in the working folder. */
export interface LeftByTasks {
  /** Undefined where nothing was monitored yet. */
  readonly drift: DriftSummary | undefined;
  /** Undefined while no new model is due. */
  readonly flag: RetrainFlag | undefined;
  readonly state: RetrainState;
}

/** Reads what tasks left about a dataset. */
export async function leftByTasks(store: Store, dataset: string): Promise<LeftByTasks> {
  const [drift, flag, state] = await Promise.all([
    readDriftSummaryIfThere(store, dataset),
    readRetrainFlag(store, dataset),
    readRetrainState(store, dataset),
  ]);
  return { drift, flag, state };
}

/** Longer than this a page does not wait. */
const PATIENCE_MS = 1500;

/**
 * Asks Prometheus, and tells what follows from the files of the tasks where it is not configured or does not answer.
 *
 * @param prometheus Its address (`SHELFCAST_PROMETHEUS`).
 */
export async function activeAlerts(prometheus: string | undefined, left: LeftByTasks): Promise<ActiveAlerts> {
  if (prometheus === undefined) return { from: "files", alerts: fromFiles(left), trouble: null };
  try {
    return { from: "prometheus", alerts: await fromPrometheus(prometheus), trouble: null };
  } catch (error) {
    const trouble = `Prometheus at ${prometheus} does not tell its alerts: ${(error as Error).message}`;
    return { from: "files", alerts: fromFiles(left), trouble };
  }
}

/** As `/api/v1/alerts` answers, as far as it is read here. */
interface Answer {
  readonly data?: {
    readonly alerts?: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
      readonly state: string;
      readonly activeAt?: string;
    }[];
  };
}

async function fromPrometheus(url: string): Promise<ActiveAlert[]> {
  const answer = await fetch(new URL("/api/v1/alerts", url), { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`it answers ${answer.status}`);
  }
  const { data } = await answer.json() as Answer;
  if (!Array.isArray(data?.alerts)) throw new Error("its answer has no alerts in it");
  return data.alerts.map(({ labels, annotations, state, activeAt }): ActiveAlert => ({
    name: labels["alertname"] ?? "an alert without a name",
    severity: labels["severity"] === "critical" ? "critical" : "warning",
    state: state === "firing" ? "firing" : "pending",
    summary: annotations["summary"] ?? "",
    since: activeAt ?? null,
  })).toSorted(byWeight);
}

/** The alerts of `deploy/alerts.yml` that follow from what tasks have left in the working folder, by the same names. */
function fromFiles({ drift, flag, state: { last } }: LeftByTasks): ActiveAlert[] {
  const alerts: ActiveAlert[] = [];
  const add = (name: string, severity: ActiveAlert["severity"], summary: string, since: string | null) =>
    alerts.push({ name, severity, state: "firing", summary, since });
  if (drift?.dataset_drift) {
    add("DataDrifted", "warning", "The data drifted, and the calendar does not explain it", drift.checkedAt);
  }
  for (const { check, column, observed, passed, severity } of drift?.findings ?? []) {
    if (passed || severity !== "critical") continue;
    add(check, severity, `${column === undefined ? "" : `${column}: `}${observed}`, drift!.checkedAt);
  }
  if (flag !== undefined) {
    add("RetrainingDue", "warning", flag.reasons.join("; ") || "A new model is due", flag.since || null);
  }
  if (last?.outcome === "failed") {
    add("RetrainingFailed", "critical", `${last.reason} The model before it still answers.`, last.endedAt);
  }
  return alerts.toSorted(byWeight);
}

/** Critical ones first, then those that fire, then by name. */
function byWeight(a: ActiveAlert, b: ActiveAlert): number {
  const weight = ({ severity, state }: ActiveAlert) => Number(severity === "critical") * 2 + Number(state === "firing");
  return weight(b) - weight(a) || a.name.localeCompare(b.name);
}
