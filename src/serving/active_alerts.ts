/**
 * What somebody should look at now: as Prometheus says it, or, where none is configured, as the last runs of tasks left it.
 *
 * @module
 */
import { MissingInputError } from "@/core/errors.ts";
import { readDriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { readRetrainState } from "@/pipeline/retrain/retrain_state.ts";
import type { Services } from "@/serving/services.ts";

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

/** Longer than this a page does not wait. */
const PATIENCE_MS = 1500;

/** Asks Prometheus (`SHELFCAST_PROMETHEUS`), and reads the files of the tasks where it is not configured or does not answer. */
export async function activeAlerts(services: Pick<Services, "store" | "dataset" | "settings">): Promise<ActiveAlerts> {
  const { prometheus } = services.settings;
  if (prometheus === undefined) return { from: "files", alerts: await fromFiles(services), trouble: null };
  try {
    return { from: "prometheus", alerts: await fromPrometheus(prometheus), trouble: null };
  } catch (error) {
    const trouble = `Prometheus at ${prometheus} does not tell its alerts: ${(error as Error).message}`;
    return { from: "files", alerts: await fromFiles(services), trouble };
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
async function fromFiles({ store, dataset }: Pick<Services, "store" | "dataset">): Promise<ActiveAlert[]> {
  const { name } = dataset.profile, alerts: ActiveAlert[] = [];
  const add = (name: string, severity: ActiveAlert["severity"], summary: string, since: string | null) =>
    alerts.push({ name, severity, state: "firing", summary, since });
  const summary = await readDriftSummary(store, name).catch((error) => {
    if (error instanceof MissingInputError) return undefined;
    throw error;
  });
  if (summary?.dataset_drift) {
    add("DataDrifted", "warning", "The data drifted, and the calendar does not explain it", summary.checkedAt);
  }
  for (const { check, column, observed, passed, severity } of summary?.findings ?? []) {
    if (passed || severity !== "critical") continue;
    add(check, severity, `${column === undefined ? "" : `${column}: `}${observed}`, summary!.checkedAt);
  }
  const flag = await readRetrainFlag(store, name);
  if (flag !== undefined) {
    add("RetrainingDue", "warning", flag.reasons.join("; ") || "A new model is due", flag.since || null);
  }
  const { last } = await readRetrainState(store, name);
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
