/**
 * Is a new model due, and how did the last attempts end?
 *
 * @module
 */
import { formatDuration, formatTime } from "@/charts/mod.ts";
import type { RetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { RETRAIN_OUTCOMES, type RetrainOutcome, type RetrainState } from "@/pipeline/retrain/retrain_state.ts";

/** What an outcome means, for a planner. */
const WORDS: Readonly<Record<RetrainOutcome, string>> = {
  deployed: "a new model took over",
  waiting: "a new model waits for approval",
  kept: "the model of before was better and stays",
  failed: "it broke; the model of before still answers",
};

/** The flag, the last run, and how runs ended so far. */
export function RetrainingState(
  { flag, state: { dataset, last, runs } }: { readonly flag: RetrainFlag | undefined; readonly state: RetrainState },
) {
  return (
    <>
      {flag === undefined ? <p class="good">✓ Nothing asks for a new model.</p> : (
        <div class="state" role="status">
          <p class="alert">
            ✗ A new model is due{flag.since === "" ? "" : ` since ${formatTime(flag.since)}`}:{" "}
            {flag.reasons.join("; ") || "the flag is up"}. This makes one:
          </p>
          <pre><code>deno task retrain --dataset {dataset}</code></pre>
        </div>
      )}
      {last === null ? <p>No model was made anew yet.</p> : (
        <p class={last.outcome === "failed" ? "alert" : ""}>
          Last time, {formatTime(last.endedAt)}: {last.outcome === "failed" ? "✗ " : ""}
          {WORDS[last.outcome]} ({last.trigger}, {formatDuration(last.seconds)}). {last.reason}
        </p>
      )}
      {last !== null && (
        <p class="note">
          So far:{" "}
          {RETRAIN_OUTCOMES.filter((outcome) => runs[outcome] > 0).map((outcome) => `${runs[outcome]} ${outcome}`)
            .join(", ")}. Who should be told of what is in <code>deploy/alerts.yml</code>.
        </p>
      )}
    </>
  );
}
