/**
 * One run per window below the run of a pipeline: MLflow's nested runs, so that windows can be compared side by side.
 *
 * @module
 */
import type { Scores } from "@/core/metric.ts";
import type { Run } from "@/core/tracker.ts";
import type { Window } from "@/evaluation/mod.ts";
import { type Context, experimentName } from "@/pipeline/context.ts";
import type { FitRecord } from "@/pipeline/fit.ts";

/** What a window is for: to choose by, or only to report on. */
export type WindowRole = "backtest" | "holdout";

/**
 * Opens a run for a window below its parent, which is finished when the work is done, or marked failed.
 *
 * @returns What the work returns, and the window's run.
 */
export async function withWindowRun<Result>(
  context: Context,
  parent: Run,
  { origin, from, to }: Window,
  role: WindowRole,
  work: (run: Run) => Promise<Result>,
): Promise<{ readonly id: string; readonly result: Result }> {
  const { tracker, profile } = context;
  const name = `${profile.name} ${role} ${from} to ${to}`;
  const run = await tracker.start(experimentName(context), name, { parent: parent.id });
  try {
    await run.params({ dataset: profile.name, window: role, origin, from, to, horizon: profile.horizon });
    await run.tags({ "shelfcast.dataset": profile.name, "shelfcast.phase": role });
    const result = await work(run);
    await run[Symbol.asyncDispose]();
    return { id: run.id, result };
  } catch (error) {
    await run.fail(error);
    throw error;
  }
}

/** Records how one model was fitted for a window: seconds, rows, and what was watched, round by round. */
export async function recordFit(run: Run, { model, seconds, rows, history }: FitRecord): Promise<void> {
  await run.metrics({ [`${model}.fit_seconds`]: seconds, [`${model}.rows`]: rows });
  const named = Object.entries(history).map(([metric, values]) => [`${model}.rounds.${metric}`, values]);
  if (named.length > 0) await run.history(Object.fromEntries(named));
}

/** Adds every model's errors to the run of a window. */
export async function recordWindowScores(
  { tracker }: Pick<Context, "tracker">,
  id: string,
  scores: Readonly<Record<string, Scores>>,
): Promise<void> {
  await using run = await tracker.resume(id);
  await run.metrics(scoreMetrics(scores));
}

/** Scores as metrics: `lightgbm.rmspe`, or `holdout.lightgbm.rmspe` with a prefix; undefined ones are left out. */
export function scoreMetrics(scores: Readonly<Record<string, Scores>>, prefix?: string): Record<string, number> {
  const name = (model: string, metric: string) => [prefix, model, metric].filter((part) => part).join(".");
  return Object.fromEntries(
    Object.entries(scores).flatMap(([model, own]) =>
      Object.entries(own).flatMap(([metric, value]) => value === null ? [] : [[name(model, metric), value]])
    ),
  );
}
