/**
 * Finding runs again, and laying two of them side by side.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { RunRecord } from "@/core/run_record.ts";
import { type Context, experimentName } from "@/pipeline/context.ts";

/** A value that both runs have, or one of them. */
export interface Difference<Value> {
  readonly name: string;
  readonly first: Value | null;
  readonly second: Value | null;
}

/** Two runs side by side. */
export interface RunComparison {
  /** Params and tags that differ, by name. */
  readonly params: readonly Difference<string>[];
  /** Errors of the holdout and mean errors of the backtest, by name. */
  readonly metrics: readonly Difference<number>[];
}

/** Tags that say what was run; the others are bookkeeping. */
const TOLD_TAGS = ["mlflow.source.git.commit", "shelfcast.dirty", "shelfcast.fingerprint", "shelfcast.champion"];

/** The runs of the dataset's experiment, oldest first; runs of single windows stand below them and are left out. */
export async function listRuns(context: Context): Promise<RunRecord[]> {
  const runs = await context.tracker.runs(experimentName(context));
  return runs.filter(({ tags }) => tags["mlflow.parentRunId"] === undefined);
}

/**
 * Finds a run by its id, or by as much of the beginning as no other run has.
 *
 * @throws {ModelUnavailableError} If no run has it, or several have.
 */
export async function findRun(context: Context, id: string): Promise<RunRecord> {
  const runs = await listRuns(context), found = runs.filter((run) => run.id.startsWith(id));
  if (found.length === 1 && id !== "") return found[0]!;
  if (found.length > 1) throw new ModelUnavailableError(`Cannot tell which run "${id}" is: ${newest(found)}`);
  throw noSuchRun(context, id, runs);
}

const newest = (runs: readonly RunRecord[]) => runs.slice(-5).map(({ id }) => id).join(", ");

/** The error about a run that is not there: it names the newest of those that are. */
export function noSuchRun(context: Context, id: string, runs: readonly RunRecord[]): ModelUnavailableError {
  const name = experimentName(context);
  return new ModelUnavailableError(
    runs.length === 0
      ? `Cannot find the run ${id} as none is recorded in ${name}: run \`deno task pipeline --dataset ${context.profile.name}\` first`
      : `Cannot find the run ${id}: the newest of ${name} are ${newest(runs)}`,
  );
}

/**
 * Says how two runs differ: what was chosen, and how good it was.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { compareRuns } from "@/pipeline/compare_runs.ts";
 *
 * const run = {
 *   id: "a", experiment: "rossmann", name: "", status: "finished", started: 0, tags: {}, inputs: [], artifacts: [],
 *   params: { seed: "1", horizon: "42" },
 *   metrics: { "holdout.lightgbm.rmspe": [{ value: 0.2, step: 0, timestamp: 0 }] },
 * } as const;
 * const other = { ...run, params: { seed: "2", horizon: "42" }, metrics: {} };
 * expect(compareRuns(run, other)).toEqual({
 *   params: [{ name: "seed", first: "1", second: "2" }],
 *   metrics: [{ name: "holdout.lightgbm.rmspe", first: 0.2, second: null }],
 * });
 * ```
 */
export function compareRuns(first: RunRecord, second: RunRecord): RunComparison {
  return {
    params: pairs(choices(first), choices(second)).filter((pair) => pair.first !== pair.second),
    metrics: pairs(errors(first), errors(second)),
  };
}

function choices({ params, tags }: RunRecord): Record<string, string> {
  const told = TOLD_TAGS.flatMap((name) => tags[name] === undefined ? [] : [[name, tags[name]]]);
  return { ...params, ...Object.fromEntries(told) };
}

/** The mean over the windows of the backtest, the only value on the holdout. */
function errors({ metrics }: RunRecord): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).filter(([name]) => /^(holdout|backtest)\./.test(name)).map(([name, points]) => [
      name,
      // A stage that was run again recorded its steps again: the newest value of each counts.
      mean([...new Map(points.map(({ step, value }) => [step, value])).values()]),
    ]),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function pairs<Value>(
  first: Readonly<Record<string, Value>>,
  second: Readonly<Record<string, Value>>,
): Difference<Value>[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
  return names.map((name) => ({ name, first: first[name] ?? null, second: second[name] ?? null }));
}
