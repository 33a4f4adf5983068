/**
 * The recipe of the model in production, fitted anew where a challenger was judged.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import type { Rival, Window } from "@/evaluation/mod.ts";
import { applyBlend } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { type Contestant, contestant } from "@/pipeline/models.ts";
import { datasetParams } from "@/pipeline/params.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { rowsOfBlock } from "@/pipeline/samples.ts";
import type { Trained } from "@/pipeline/train.ts";
import { type TrainingRows, trainingRows } from "@/pipeline/training_rows.ts";
import { lossesOf } from "@/pipeline/window_losses.ts";
import { alignTo, windowFrame } from "@/pipeline/windows.ts";

/** What the challenger was made and judged with, as it lies in the working folder. */
export interface Judgement {
  readonly panel: Panel;
  readonly table: FeatureTable;
  readonly trained: Trained;
}

/**
 * Judges the recipe of the model in production on a challenger's windows, where the model itself has seen a part of them:
 * its members are fitted at the challenger's origins, each on what was known there, as the challenger's own were. Members
 * that took part in the challenger's contest with the same parameters have been, and are not fitted twice.
 *
 * @returns Its losses, or a sentence that says why there is nothing to compare.
 */
export async function recastChampion(
  context: Context,
  challenger: ModelCard,
  champion: ModelCard,
  { panel, table, trained }: Judgement,
): Promise<Rival | string> {
  const { profile } = context;
  const features = ({ features }: Pick<ModelCard, "features">) => features.map(({ name }) => name).join();
  if (features(champion) !== features(challenger)) {
    return `its features are not those of this version of the code, so that it cannot be fitted anew`;
  }
  const members = champion.blend === null ? [champion.champion] : Object.keys(champion.blend.weights);
  const fitted = members.filter((name) =>
    isSame(recipeOf(context, challenger, name), recipeOf(context, champion, name))
  )
    .filter((name) => trained.card.models.includes(name));
  if (champion.champion === challenger.champion && fitted.length === members.length) {
    return `both are ${champion.champion} with the same parameters: fitted at the same origins they are one model, and ` +
      `only the newer days are new`;
  }
  const missing = members.filter((name) => !fitted.includes(name)).map((name) => recipeOf(context, champion, name));
  const windows = [...trained.card.plan.backtest, trained.card.plan.holdout];
  const { warmup } = datasetParams(champion.choices);
  const learnt = trainingRows(panel, { horizon: table.horizon, warmup }), losses: Rival["windows"][number][] = [];
  for (const window of windows) {
    const own = trained.forecasts.filter(pl.col("origin").eq(pl.lit(window.origin)));
    const frame = missing.length === 0
      ? own
      : await withMembers(context, champion, { panel, table, window, missing, own, learnt });
    const forecast = champion.blend === null
      ? frame.getColumn(champion.champion)
      : pl.Series(RECAST, applyBlend(frame, champion.blend));
    losses.push(lossesOf(frame.withColumn(forecast.alias(RECAST)), [RECAST], profile));
  }
  return { model: RECAST, windows: losses };
}

const RECAST = "recast";

/** A member as a version's own choices have it. */
function recipeOf({ profile, params }: Context, card: ModelCard, name: string): Contestant {
  return contestant(name, profile, datasetParams(card.choices), params, { offsets: true });
}

const isSame = (a: Contestant, b: Contestant): boolean =>
  JSON.stringify([a.regressor.kind, a.params, a.offsets]) === JSON.stringify([b.regressor.kind, b.params, b.offsets]);

/** A window's forecasts, with those of members that were not in the challenger's contest, or with other parameters. */
async function withMembers(
  context: Context,
  champion: ModelCard,
  { panel, table, window, missing, own, learnt }: Pick<Judgement, "panel" | "table"> & {
    readonly window: Window;
    readonly missing: readonly Contestant[];
    readonly own: DataFrame;
    readonly learnt: TrainingRows;
  },
): Promise<DataFrame> {
  const as = { ...context, params: { ...context.params, seed: champion.seed } };
  const aligned = alignTo(window.origin, panel, table), ahead = rowsOfBlock(aligned.table, aligned.block);
  const predictions: Record<string, Float64Array> = {};
  for (const rival of missing) {
    const rows = learnt.before(aligned, rival);
    const title = `${rival.name} of production, ${window.origin}`;
    const { model } = await fitOnce(as, rival, rows, { origin: window.origin, title });
    using fitted = model;
    predictions[rival.name] = forecastSlice(fitted, ahead, context.profile);
  }
  releaseMemory();
  const names = missing.map(({ name }) => name);
  const made = windowFrame(aligned, window, ahead, predictions).select("unique_id", "ds", ...names);
  const rest = own.select(...own.columns.filter((name) => !names.includes(name)));
  return rest.join(made, { on: ["unique_id", "ds"], how: "inner" });
}
