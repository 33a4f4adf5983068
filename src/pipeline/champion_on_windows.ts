/**
 * How the model in production does on a challenger's windows.
 *
 * @module
 */
import pl from "nodejs-polars";
import { MissingInputError } from "@/core/errors.ts";
import type { Rival } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { loadDeployed } from "@/pipeline/deployed.ts";
import { predictAhead } from "@/pipeline/forecast.ts";
import { readFeatures } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { type Judgement, recastChampion } from "@/pipeline/recast_champion.ts";
import { lossesOf } from "@/pipeline/window_losses.ts";
import { readTrained } from "@/pipeline/train.ts";

/**
 * Finds out how the model in production does on the windows that the challenger was judged on.
 *
 * Where the challenger's holdout began after everything that the champion has seen, the champion itself forecasts it.
 * Where both were judged on the same windows, their cards say it. Otherwise, while a whole horizon of new days has not come
 * yet, its recipe is fitted at the challenger's origins: see {@linkcode recastChampion}.
 *
 * @returns Its losses, or a sentence that says why the two cannot be compared.
 */
export async function championOnWindows(
  context: Context,
  challenger: ModelCard,
  champion: ModelCard,
): Promise<Rival | string> {
  const recorded: Rival = { model: champion.champion, windows: champion.evaluation.losses };
  const origins = new Set(challenger.evaluation.losses.map(({ origin }) => origin));
  const isShared = recorded.windows.some(({ origin }) => origins.has(origin));
  const { holdout } = challenger.evaluation, isNewer = champion.asOf <= holdout.origin;
  // Sales that neither had seen say most; without any, the windows that both were judged on.
  if (isShared && !isNewer) return recorded;
  if (champion.horizon < challenger.horizon) {
    return `not measured: the one in production forecasts ${champion.horizon} steps, the challenger ${challenger.horizon}`;
  }
  const judgement = await judgementOf(context, challenger);
  if (typeof judgement === "string") return judgement;
  if (isNewer) return await replay(context, challenger, judgement);
  const recast = await recastChampion(context, challenger, champion, judgement);
  return typeof recast !== "string" ? recast : `not measured: the one in production has seen the data up to ` +
    `${champion.asOf}, and the challenger's holdout begins on ${holdout.origin}; ${recast}`;
}

/** What the challenger was judged with, if the working folder still has it. */
async function judgementOf(context: Context, challenger: ModelCard): Promise<Judgement | string> {
  try {
    const { panel, card } = await readIngested(context), trained = await readTrained(context);
    const isOther = card.fingerprint !== challenger.data.fingerprint ||
      trained.card.plan.holdout.origin !== challenger.evaluation.holdout.origin;
    if (isOther) return "not measured: the data in the working folder is not the challenger's; run its pipeline again";
    return { panel, trained, table: await readFeatures(context) };
  } catch (error) {
    if (error instanceof MissingInputError) return `not measured: ${error.message}`;
    throw error;
  }
}

/** Lets the deployed model forecast the challenger's holdout. */
async function replay(context: Context, challenger: ModelCard, { panel, trained }: Judgement): Promise<Rival | string> {
  const { profile } = context, { origin } = challenger.evaluation.holdout;
  const { model: loaded, card } = await loadDeployed(context, profile.name);
  using model = loaded;
  const predicted = predictAhead({ ...panel, asOf: origin }, card, model).select("unique_id", "ds", "forecast");
  const holdout = trained.forecasts.filter(pl.col("origin").eq(pl.lit(origin)));
  const frame = holdout.join(predicted, { on: ["unique_id", "ds"], how: "left" });
  const missing = frame.getColumn("forecast").nullCount();
  if (missing > 0) return `not measured: the one in production cannot forecast ${missing} of ${frame.height} rows`;
  return { model: "forecast", windows: [lossesOf(frame, ["forecast"], profile)] };
}
