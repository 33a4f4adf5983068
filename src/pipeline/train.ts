/**
 * Step 5: fit every model of the run at each origin, and forecast the window that follows it.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import type { Run } from "@/core/tracker.ts";
import type { Window, WindowPlan } from "@/evaluation/mod.ts";
import { type Context, experimentName } from "@/pipeline/context.ts";
import { environmentFiles } from "@/pipeline/environment_files.ts";
import { fitOnce, type FitRecord, forecastSlice } from "@/pipeline/fit.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { type Contestant, contestant, ENSEMBLE } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { revision } from "@/pipeline/revision.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { withSystemMetrics } from "@/pipeline/system_metrics.ts";
import { modelsAsRows, predictionsFrom, validatePredictions } from "@/pipeline/validate_predictions.ts";
import { trainingRows } from "@/pipeline/training_rows.ts";
import { recordFit, withWindowRun } from "@/pipeline/window_runs.ts";
import { alignTo, planRunWindows, windowFrame } from "@/pipeline/windows.ts";
import { readFrame, writeFrame } from "@/stores/mod.ts";

/** What `train` knows about the forecasts it wrote. */
export interface WindowsCard {
  readonly dataset: string;
  readonly run: { readonly experiment: string; readonly id: string };
  /** Origin of a window → the run that holds what happened in it, below `run`. */
  readonly windowRuns: Readonly<Record<string, string>>;
  readonly plan: WindowPlan;
  /** The models that were fitted: every one of the run but the ensemble, which needs no fit of its own. */
  readonly models: readonly string[];
  readonly fits: readonly FitRecord[];
  /** Model → feature → share of the gain, of the fit that forecast the holdout. */
  readonly importance: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Out-of-sample forecasts of the backtest windows and of the holdout. */
export interface Trained {
  readonly card: WindowsCard;
  /** See `windowFrame`: one row per window and step with a known target, one column per model. */
  readonly forecasts: DataFrame;
}

/**
 * Fits each model once per origin, on what was known there, and forecasts the `horizon` steps from it. The last window is
 * the holdout: it is forecast like the others, but nothing is watched, learnt or chosen on it.
 *
 * @throws {DatasetError} If there is nothing to learn from before an origin.
 * @throws {GateError} If a model's forecasts break their contract.
 */
export async function train(
  context: Context,
  { panel, card: panelCard }: { readonly panel: Panel; readonly card: PanelCard },
  table: FeatureTable,
): Promise<Trained> {
  const { params, choices, profile, store, tracker } = context;
  const plan = planRunWindows(panel, params.windows);
  const rivals = choices.models.filter((name) => name !== ENSEMBLE)
    .map((name) => contestant(name, profile, choices, params, { offsets: true }));
  const experiment = experimentName(context);
  const run = await tracker.start(experiment, `${profile.name} before ${panel.asOf}`);
  try {
    await describeRun(run, context, panelCard, table, rivals, plan);
    const fitted = await withSystemMetrics(run, () => fitWindows(context, run, panel, table, rivals, plan));
    const { forecasts, ...rest } = fitted;
    const models = rivals.map(({ name }) => name);
    const card: WindowsCard = { dataset: profile.name, run: { experiment, id: run.id }, plan, models, ...rest };
    const keys = keysOf(profile.name);
    await validatePredictions(
      context,
      pl.concat(
        [...plan.backtest, plan.holdout].map(({ origin }) => {
          const own = modelsAsRows(forecasts.filter(pl.col("origin").eq(pl.lit(origin))), models);
          return predictionsFrom(panel, own, { origin, horizon: profile.horizon });
        }),
      ),
    );
    await writeFrame(store, keys.windows, forecasts);
    await writeJson(store, keys.windowsCard, card);
    const made = { inputs: [keys.features], outputs: [keys.windows], trackerRun: run.id };
    await recordLineage(context, { job: "train", ...made });
    await run[Symbol.asyncDispose]();
    return { card, forecasts };
  } catch (error) {
    await run.fail(error);
    throw error;
  }
}

/** Fits every model for every window, each window a run of its own below the run. */
async function fitWindows(
  context: Context,
  run: Run,
  panel: Panel,
  table: FeatureTable,
  rivals: readonly Contestant[],
  plan: WindowPlan,
): Promise<Pick<WindowsCard, "fits" | "importance" | "windowRuns"> & Pick<Trained, "forecasts">> {
  const { choices, profile, log } = context;
  const fits: FitRecord[] = [], frames: DataFrame[] = [];
  const importance: Record<string, Readonly<Record<string, number>>> = {}, windowRuns: Record<string, string> = {};
  const windows = [...plan.backtest, plan.holdout];
  const learnt = trainingRows(panel, { horizon: table.horizon, warmup: choices.warmup });
  // A function of its own, so that the rows of one window are free before the next ones are cut.
  const fitWindow = async (window: Window, at: number) => {
    const isHoldout = window === plan.holdout;
    const aligned = alignTo(window.origin, panel, table);
    const known = rowsBefore(aligned.table, aligned.block, choices);
    const ahead = rowsOfBlock(aligned.table, aligned.block);
    if (known.y.length === 0) throw tooLittleHistory(profile.name, window.origin);
    const predictions: Record<string, Float64Array> = {};
    const { id } = await withWindowRun(context, run, window, isHoldout ? "holdout" : "backtest", async (own) => {
      for (const rival of rivals) {
        const rows = learnt.inTurns(known, window.origin, rival);
        const { model, record } = await fitOnce(context, rival, rows, {
          origin: window.origin,
          title: `${rival.name} ${at + 1}/${windows.length}`,
          ...(isHoldout ? {} : { watch: ahead }),
        });
        using _fitted = model;
        predictions[rival.name] = forecastSlice(model, ahead, profile);
        const shares = isHoldout ? model.importance?.() : undefined;
        if (shares !== undefined) importance[rival.name] = shares;
        fits.push(record);
        await recordFit(own, record);
        log.info("fitted", { ...record, history: undefined });
      }
    });
    windowRuns[window.origin] = id;
    frames.push(windowFrame(aligned, window, ahead, predictions));
  };
  for (const [at, window] of windows.entries()) {
    await fitWindow(window, at);
    releaseMemory();
  }
  return { forecasts: pl.concat(frames), fits, importance, windowRuns };
}

/** Reads what `train` wrote. */
export async function readTrained({ profile, store }: Context): Promise<Trained> {
  const keys = keysOf(profile.name);
  const card = await readJson<WindowsCard>(store, keys.windowsCard, "train");
  const forecasts = readFrame(store, keys.windows);
  if (forecasts === undefined) throw new MissingInputError(keys.windows, "train");
  return { card, forecasts };
}

async function describeRun(
  run: Run,
  context: Context,
  panel: PanelCard,
  table: FeatureTable,
  rivals: readonly Contestant[],
  plan: WindowPlan,
): Promise<void> {
  const { params, profile, project } = context;
  await run.params({
    dataset: profile.name,
    source: panel.source,
    as_of: panel.asOf,
    horizon: profile.horizon,
    seed: params.seed,
    threads: params.threads,
    cv_strategy: `rolling origin, ${plan.backtest.length} windows of ${profile.horizon} steps before the holdout`,
    features: table.features.length,
    ...Object.fromEntries(rivals.flatMap(({ name, params }) => flatParams(name, params))),
  });
  await run.tags({
    ...await revision(project),
    "shelfcast.dataset": profile.name,
    "shelfcast.phase": "pipeline",
    "shelfcast.fingerprint": panel.fingerprint,
  });
  await run.input({
    name: profile.name,
    digest: panel.fingerprint,
    source: panel.source,
    rows: panel.rows,
    context: "training",
  });
  const reach = table.features.map(({ name, reach }) => ({ name, reach: reach === Infinity ? "none" : reach }));
  await run.artifact("features.json", JSON.stringify(reach, null, 2));
  for (const [name, text] of Object.entries(await environmentFiles(project))) await run.artifact(name, text);
}

/** A model's parameters as MLflow has them: one level of names, text or numbers. */
function flatParams(model: string, params: Readonly<Record<string, unknown>>): [string, string | number | boolean][] {
  return Object.entries(params).map(([name, value]) => [
    `${model}.${name}`,
    typeof value === "number" || typeof value === "boolean" || typeof value === "string"
      ? value
      : JSON.stringify(value),
  ]);
}

function tooLittleHistory(dataset: string, origin: string): DatasetError {
  return new DatasetError(
    `Cannot learn from the history before ${origin} as there must be a day of trade with a known target after its ` +
      `first two thirds: there is none`,
    { dataset },
  );
}
