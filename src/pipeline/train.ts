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
import type { WindowPlan } from "@/evaluation/mod.ts";
import { type Context, experimentName } from "@/pipeline/context.ts";
import { fitOnce, type FitRecord, forecastSlice } from "@/pipeline/fit.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { type Contestant, contestant, ENSEMBLE } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { revision } from "@/pipeline/revision.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { alignTo, planRunWindows, windowFrame } from "@/pipeline/windows.ts";
import { readFrame, writeFrame } from "@/stores/mod.ts";

/** What `train` knows about the forecasts it wrote. */
export interface WindowsCard {
  readonly dataset: string;
  readonly run: { readonly experiment: string; readonly id: string };
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
 */
export async function train(
  context: Context,
  { panel, card: panelCard }: { readonly panel: Panel; readonly card: PanelCard },
  table: FeatureTable,
): Promise<Trained> {
  const { params, choices, profile, store, tracker, log } = context;
  const plan = planRunWindows(panel, params.windows);
  const rivals = choices.models.filter((name) => name !== ENSEMBLE)
    .map((name) => contestant(name, profile, choices, params));
  const experiment = experimentName(context);
  const run = await tracker.start(experiment, `${profile.name} before ${panel.asOf}`);
  try {
    await describeRun(run, context, panelCard, table, rivals, plan);
    const fits: FitRecord[] = [], frames: DataFrame[] = [];
    const importance: Record<string, Readonly<Record<string, number>>> = {};
    const windows = [...plan.backtest, plan.holdout];
    for (const [at, window] of windows.entries()) {
      const isHoldout = window === plan.holdout;
      const aligned = alignTo(window.origin, panel, table);
      const known = rowsBefore(aligned.table, aligned.block, choices);
      const ahead = rowsOfBlock(aligned.table, aligned.block);
      if (known.y.length === 0) throw tooLittleHistory(profile.name, window.origin);
      const predictions: Record<string, Float64Array> = {};
      for (const rival of rivals) {
        const { model, record } = await fitOnce(context, rival, known, {
          origin: window.origin,
          title: `${rival.name} ${at + 1}/${windows.length}`,
          ...(isHoldout ? {} : { watch: ahead }),
        });
        using _fitted = model;
        predictions[rival.name] = forecastSlice(model, ahead, profile);
        const shares = isHoldout ? model.importance?.() : undefined;
        if (shares !== undefined) importance[rival.name] = shares;
        fits.push(record);
        await recordFit(run, record);
        log.info("fitted", { ...record, history: undefined });
      }
      frames.push(windowFrame(aligned, window, ahead, predictions));
      releaseMemory();
    }
    const forecasts = pl.concat(frames);
    const models = rivals.map(({ name }) => name);
    const card: WindowsCard = {
      dataset: profile.name,
      run: { experiment, id: run.id },
      plan,
      models,
      fits,
      importance,
    };
    const keys = keysOf(profile.name);
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

async function recordFit(run: Run, { model, origin, seconds, rows, history }: FitRecord): Promise<void> {
  await run.metrics({ [`${model}.${origin}.fit_seconds`]: seconds, [`${model}.${origin}.rows`]: rows });
  const named = Object.entries(history).map(([metric, values]) => [`${model}.${origin}.${metric}`, values]);
  if (named.length > 0) await run.history(Object.fromEntries(named));
}

function tooLittleHistory(dataset: string, origin: string): DatasetError {
  return new DatasetError(
    `Cannot learn from the history before ${origin} as there must be a day of trade with a known target after its ` +
      `first two thirds: there is none`,
    { dataset },
  );
}
