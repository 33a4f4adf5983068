/**
 * Scores in parts: each part adds up the errors of its own series, and sums of errors join to the errors of all.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";
import type { Scores } from "@/core/metric.ts";
import type { Partition } from "@/core/partition.ts";
import { joinScoreSums, scoresOf, type ScoreSums, scoreSums } from "@/evaluation/mod.ts";
import { applyBlend, levelCorrection, numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { blendedFrames, blendOf, judgedModels } from "@/pipeline/evaluate.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import { ENSEMBLE } from "@/pipeline/models.ts";
import { ownForecasts, readBlend } from "@/pipeline/partitions/blend_parts.ts";
import { eachPart, joinedKey, type PartCard, writePart } from "@/pipeline/partitions/parts.ts";
import { readTrained, type Trained } from "@/pipeline/train.ts";

/** What a part's forecasts missed by. */
export interface ErrorFacts {
  /** The run whose forecasts were scored. */
  readonly run: string;
  /** Origin → model → sums. */
  readonly sums: Readonly<Record<string, Readonly<Record<string, ScoreSums>>>>;
}

/** Scores of every model on every window, over all series. */
export interface JoinedScores {
  readonly dataset: string;
  readonly run: string;
  readonly rows: number;
  /** Origin → model → scores; the last origin is the holdout's. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, Scores>>>>;
}

/**
 * Adds up the errors of a part's series, in the forecasts that `train` made of the windows. What the blend weighs its
 * members by was learnt from sums that parts told (`summarize --for evaluate`), or is learnt from all windows here: the
 * same weights.
 */
export async function evaluatePart(context: Context, partition: Partition): Promise<PartCard<ErrorFacts>> {
  const { store, profile, log } = context;
  const trained = await readTrained(context), { card } = trained;
  const models = judgedModels(card, blendOf(context, card));
  const own = await blendedRows(context, trained, partition);
  const sums = Object.fromEntries([...card.plan.backtest, card.plan.holdout].map(({ origin }) => {
    const rows = own.filter(pl.col("origin").eq(pl.lit(origin)));
    return [origin, Object.fromEntries(models.map((model) => [model, sumsOf(rows, model)]))];
  }));
  const part = await writePart(store, profile.name, "evaluate", partition, own, { run: card.run.id, sums });
  log.info("scored", { part: part.part, rows: part.rows, models: models.length });
  return part;
}

/** A part's forecasts, the ensemble's among them where it takes part. */
async function blendedRows(context: Context, trained: Trained, partition: Partition): Promise<DataFrame> {
  const told = await readBlend(context, trained, partition.of), own = ownForecasts(trained, partition);
  if (told === undefined) {
    const forecasts = pl.concat(blendedFrames(context, trained).frames);
    return ownForecasts({ ...trained, forecasts }, partition);
  }
  const { options: { space, metric }, weights } = told, { card: { plan } } = trained;
  const correction = levelCorrection([], metric);
  return pl.concat([...plan.backtest, plan.holdout].map(({ origin }) => {
    const frame = own.filter(pl.col("origin").eq(pl.lit(origin)));
    return frame.withColumn(pl.Series(ENSEMBLE, applyBlend(frame, { weights: weights[origin]!, correction, space })));
  }));
}

/** Joins the errors of all parts: the scores that `evaluate` finds, to the last bit. */
export async function joinScores({ store, profile, log }: Context, of: number): Promise<JoinedScores> {
  const all: ErrorFacts[] = [];
  let rows = 0;
  for await (const { card } of eachPart<ErrorFacts>(store, profile.name, "evaluate", of)) {
    if (all.length > 0 && card.facts.run !== all[0]!.run) {
      throw new DatasetError(
        `Cannot join the scores of ${profile.name} as partition ${card.part} is of the run ${card.facts.run}, the first ` +
          `one of ${all[0]!.run}`,
        { dataset: profile.name },
      );
    }
    all.push(card.facts);
    rows += card.rows;
  }
  const [first] = all;
  const scores = Object.fromEntries(
    Object.entries(first!.sums).map(([origin, models]) => [
      origin,
      Object.fromEntries(
        Object.keys(models).map((model) =>
          [model, scoresOf(joinScoreSums(all.map(({ sums }) => sums[origin]![model]!)))] as const
        ),
      ),
    ]),
  );
  const joined: JoinedScores = { dataset: profile.name, run: first!.run, rows, scores };
  await writeJson(store, joinedKey(profile.name, "evaluate", of, "json"), joined);
  log.info("joined", { stage: "evaluate", parts: of, rows });
  return joined;
}

function sumsOf(frame: DataFrame, model: string): ScoreSums {
  const weight = numbers(frame, "weight"), scale = numbers(frame, "scale");
  return scoreSums(numbers(frame, "y"), numbers(frame, model), { weight, scale });
}
