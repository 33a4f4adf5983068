/**
 * What retraining has come to so far, in one small document that the server and the next run read.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { writeJson } from "@/pipeline/json_files.ts";

/**
 * How a run of `deno task retrain` ended.
 *
 * - `deployed`: a challenger was approved and is in production.
 * - `waiting`: a challenger that the gate accepts is registered; a person has to approve it.
 * - `kept`: a challenger was trained, and the gate prefers the model in production.
 * - `failed`: something broke; the model in production was not touched.
 */
export type RetrainOutcome = "deployed" | "waiting" | "kept" | "failed";

/** Every outcome, in the order in which pages and gauges show them. */
export const RETRAIN_OUTCOMES: readonly RetrainOutcome[] = ["deployed", "waiting", "kept", "failed"];

/** One run that was due. */
export interface RetrainRun {
  readonly outcome: RetrainOutcome;
  /** Why it ran: `flag`, `force`, `schedule`, `new data`, `first model`. */
  readonly trigger: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /** The version in production, before and after. */
  readonly champion: number | null;
  /** The version that was trained; null where it did not come to that. */
  readonly challenger: number | null;
  /** The reason in a sentence, what decided it first. */
  readonly reason: string;
  /** The data's end that the newest model was trained on. */
  readonly asOf: string | null;
}

/** The document under {@linkcode retrainStateKey}. */
export interface RetrainState {
  readonly dataset: string;
  /** How many runs ended so. */
  readonly runs: Readonly<Record<RetrainOutcome, number>>;
  readonly last: RetrainRun | null;
  /** When a challenger was last trained to the end, ISO 8601: what the schedule counts from. */
  readonly trainedAt: string | null;
}

/** Where the document lies. */
const retrainStateKey = (dataset: string): string => `reports/${dataset}/retrain.json`;

/**
 * Returns the state after one more run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { afterRun, NO_RUNS } from "@/pipeline/retrain/retrain_state.ts";
 *
 * const run = {
 *   outcome: "failed", trigger: "flag", startedAt: "2015-08-01T06:00:00Z", endedAt: "2015-08-01T06:00:05Z", seconds: 5,
 *   champion: 1, challenger: null, reason: "the disk is full", asOf: null,
 * } as const;
 * const state = afterRun(NO_RUNS("rossmann"), run);
 * expect(state.runs.failed).toBe(1);
 * expect(state.trainedAt).toBeNull();
 * ```
 */
export function afterRun(state: RetrainState, run: RetrainRun): RetrainState {
  return {
    ...state,
    runs: { ...state.runs, [run.outcome]: state.runs[run.outcome] + 1 },
    last: run,
    trainedAt: run.challenger === null ? state.trainedAt : run.endedAt,
  };
}

/** The state of a dataset that was never retrained. */
export const NO_RUNS = (dataset: string): RetrainState => ({
  dataset,
  runs: { deployed: 0, waiting: 0, kept: 0, failed: 0 },
  last: null,
  trainedAt: null,
});

/** Reads the state; that of a dataset that was never retrained where there is none, or where it is damaged. */
export async function readRetrainState(store: Store, dataset: string): Promise<RetrainState> {
  const bytes = await store.get(retrainStateKey(dataset));
  if (bytes === undefined) return NO_RUNS(dataset);
  try {
    const read = JSON.parse(new TextDecoder().decode(bytes)) as Partial<RetrainState>;
    return { ...NO_RUNS(dataset), ...read, runs: { ...NO_RUNS(dataset).runs, ...read.runs } };
  } catch {
    return NO_RUNS(dataset);
  }
}

/** Writes the state. */
export async function writeRetrainState(store: Store, state: RetrainState): Promise<void> {
  await writeJson(store, retrainStateKey(state.dataset), state);
}
