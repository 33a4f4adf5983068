/**
 * Step 6: learn the blend, choose the champion on the earlier windows, and report on the holdout.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Scores } from "@/core/metric.ts";
import type { Finding } from "@/core/check.ts";
import { chooseChampion, score, type Window, type WindowLosses } from "@/evaluation/mod.ts";
import { type BlendChoice, type BlendOptions, blendWindows, numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import {
  coverageFindings,
  endNames,
  INTERVAL_LEVELS,
  type IntervalStudy,
  QUANTILE,
  runIntervals,
} from "@/pipeline/intervals.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { importanceFiles } from "@/pipeline/importance.ts";
import { BASELINE, ENSEMBLE, kindOf } from "@/pipeline/models.ts";
import type { Trained } from "@/pipeline/train.ts";
import { lossesOf } from "@/pipeline/window_losses.ts";
import { recordWindowScores, scoreMetrics } from "@/pipeline/window_runs.ts";
import { withinRun } from "@/pipeline/within_run.ts";
import { writeFrame } from "@/stores/mod.ts";

/** One window's scores, model by model. */
export interface WindowScores {
  readonly origin: string;
  readonly scores: Readonly<Record<string, Scores>>;
}

/** What the windows say about the models. */
export interface Evaluation {
  readonly dataset: string;
  readonly run: { readonly experiment: string; readonly id: string };
  readonly horizon: number;
  readonly metric: string;
  readonly holdout: Window & { readonly rows: number };
  readonly champion: string;
  readonly baseline: string;
  /** Why this champion, in sentences; it was chosen on the backtest alone. */
  readonly reasons: readonly string[];
  /** What could not be done as asked. */
  readonly notes: readonly string[];
  /** On the holdout. */
  readonly scores: Readonly<Record<string, Scores>>;
  readonly backtest: readonly WindowScores[];
  /** Every model's losses, window by window, the holdout last: what a later challenger is compared by. */
  readonly losses: readonly WindowLosses[];
  /** What the ensemble learnt from the backtest, when it took part. */
  readonly blend: BlendChoice | null;
  /** How the champion's intervals fared; null when nothing came due before any window. */
  readonly intervals: IntervalStudy | null;
}

/** An evaluation, and the forecasts that it judged, the ensemble's included. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly forecasts: DataFrame;
}

/**
 * Scores every model on every window. The ensemble of each window is learnt on the other backtest windows, and the
 * champion chosen on the backtest; the holdout has no part in either.
 *
 * @returns The evaluation, errors of `rmse` and `mae` in units of y; and one row per window, series and step.
 */
export async function evaluate(context: Context, trained: Trained): Promise<Evaluated> {
  const { choices, profile, store, log } = context;
  const { card } = trained, { plan } = card;
  const windows = [...plan.backtest, plan.holdout];
  const { blend, frames: blended } = blendedFrames(context, trained);
  let frames = blended;
  const models = judgedModels(card, blend);
  const scores = frames.map((frame) => scoreAll(frame, models));
  const backtest = plan.backtest.map(({ origin }, at) => ({ origin, scores: scores[at]! }));
  const choice = chooseChampion(
    Object.fromEntries(models.map((model) => [model, backtest.map(({ scores }) => scores[model]!)])),
    profile.metric,
    { fallback: models.at(-1)!, ...blend === null ? {} : { favourite: ENSEMBLE } },
  );
  const baseline = models.includes(BASELINE) ? BASELINE : models[0]!;
  const intervals = runIntervals(frames, windows, { model: choice.champion, baseline, profile });
  frames = [...intervals.frames];
  const holdout = frames.at(-1)!;
  const evaluation: Evaluation = {
    dataset: profile.name,
    run: card.run,
    horizon: profile.horizon,
    metric: profile.metric,
    holdout: { ...plan.holdout, rows: holdout.height },
    champion: choice.champion,
    baseline,
    reasons: choice.reasons,
    notes: plan.notes,
    scores: scores.at(-1)!,
    backtest,
    losses: frames.map((frame) => lossesOf(frame, models, profile)),
    blend,
    intervals: intervals.study,
  };
  const keys = keysOf(profile.name);
  await writeFrame(store, keys.holdout, holdoutTable(holdout, models, evaluation.champion));
  await writeJson(store, keys.evaluation, evaluation);
  await writeJson(store, keys.intervals, intervals.recipe);
  for (const { slice = "all rows", observed, wanted, passed } of coverageOf(intervals.study, context)) {
    if (!passed) log.warn("coverage", { slice, observed, wanted });
  }
  await withinRun(context, card.run.id, async (run) => {
    for (const [at, { scores }] of backtest.entries()) await run.metrics(scoreMetrics(scores, "backtest"), at + 1);
    await run.metrics(scoreMetrics(evaluation.scores, "holdout"));
    await run.metrics(coverageMetrics(intervals.study));
    await run.tags({
      "shelfcast.champion": evaluation.champion,
      "shelfcast.model_type": kindOf(evaluation.champion, choices),
    });
    await run.artifact("evaluation.json", JSON.stringify(evaluation, null, 2));
    await run.artifact("holdout.csv", (await store.get(keys.holdout))!);
    await run.artifact("cv_predictions.csv", csvText(pl.concat(frames)));
    const importance = importanceFiles(evaluation, card.importance);
    for (const [name, text] of Object.entries(importance)) await run.artifact(name, text);
  });
  for (const [at, { origin }] of windows.entries()) {
    await recordWindowScores(context, card.windowRuns[origin]!, scores[at]!);
  }
  log.info("evaluated", { champion: evaluation.champion, reasons: evaluation.reasons });
  return { evaluation, forecasts: pl.concat(frames) };
}

/** The forecasts window by window, the holdout's last, with the ensemble's where it takes part. */
export function blendedFrames({ choices, profile }: Context, { card, forecasts }: Trained): {
  readonly frames: DataFrame[];
  readonly blend: BlendChoice | null;
} {
  const windows = [...card.plan.backtest, card.plan.holdout];
  const frames = windows.map(({ origin }) => forecasts.filter(pl.col("origin").eq(pl.lit(origin))));
  const options = blendOf({ choices, profile }, card);
  if (options === undefined) return { frames, blend: null };
  const blended = blendWindows(frames.slice(0, -1), frames.at(-1)!, options);
  const columns = [...blended.backtest, blended.holdout];
  return {
    frames: frames.map((frame, at) => frame.withColumn(pl.Series(ENSEMBLE, columns[at]!))),
    blend: blended.choice,
  };
}

/** How the blend of a run is learnt; undefined where it has none. */
export function blendOf(
  { choices, profile }: Pick<Context, "choices" | "profile">,
  { models }: Pick<Trained["card"], "models">,
): BlendOptions | undefined {
  const members = (choices.ensemble?.members ?? []).filter((name) => models.includes(name));
  if (!choices.models.includes(ENSEMBLE) || members.length === 0) return undefined;
  return { ...choices.ensemble!, members, metric: profile.metric };
}

/** The models that are scored: what quantile models forecast are ends of intervals, and no rivals. */
export function judgedModels({ models }: Pick<Trained["card"], "models">, blend: unknown): string[] {
  const rivals = models.filter((name) => !name.startsWith(`${QUANTILE}-`));
  return blend === null || blend === undefined ? rivals : [...rivals, ENSEMBLE];
}

/** Reads what `evaluate` wrote. */
export function readEvaluation({ profile, store }: Context): Promise<Evaluation> {
  return readJson<Evaluation>(store, keysOf(profile.name).evaluation, "evaluate");
}

/** The scores of every model on the rows of a frame. */
function scoreAll(frame: DataFrame, models: readonly string[]): Record<string, Scores> {
  const y = numbers(frame, "y"), weight = numbers(frame, "weight"), scale = numbers(frame, "scale");
  return Object.fromEntries(models.map((model) => [model, score(y, numbers(frame, model), { weight, scale })]));
}

/** Forecasts of every model, then the champion's intervals. */
function holdoutTable(frame: DataFrame, models: readonly string[], champion: string): DataFrame {
  const ends = INTERVAL_LEVELS.flatMap((level) => endNames(champion, level));
  return frame.select("unique_id", "ds", "y", ...models, ...ends);
}

function coverageOf(study: IntervalStudy | null, { profile }: Context): Finding[] {
  return study === null ? [] : coverageFindings(study, profile);
}

/** Coverage of the champion's intervals as metrics: `holdout.coverage.80`, `backtest.coverage.80`. */
function coverageMetrics(study: IntervalStudy | null): Record<string, number> {
  const own = study?.methods.find(({ method }) => method === "conformal");
  return Object.fromEntries(
    ([["backtest", own?.backtest], ["holdout", own?.holdout]] as const).flatMap(([where, scores]) =>
      (scores?.levels ?? []).map(({ level, held }) => [`${where}.coverage.${level}`, held])
    ),
  );
}

function csvText(frame: DataFrame): string {
  return frame.drop("weight", "scale", "history").writeCSV().toString();
}
