/**
 * What errors a model had when it was judged: the baseline of everything that is said about it in production.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import type { Store } from "@/core/store.ts";
import { type ErrorBaseline, scoreOfLoss } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { deploymentKeys, readCurrent } from "@/pipeline/deployed.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";

/** The measure that concept drift follows: shares of sales, or amounts where sales can be zero or below. */
export type Measure = "mape" | "mae";

/** Errors of the windows that a model was judged by. */
export interface JudgedErrors extends ErrorBaseline {
  readonly measure: Measure;
  /** Where they are from, for people: `version 3`, `the last evaluation`. */
  readonly of: string;
}

type Judged = Pick<Evaluation, "champion" | "metric" | "scores" | "backtest" | "losses">;

/**
 * Reads the errors of the model in production, or of the last evaluation where nothing is deployed; undefined without either.
 */
export async function judgedErrors({ store, profile }: Pick<Context, "store" | "profile">): Promise<
  JudgedErrors | undefined
> {
  const measure: Measure = profile.allowsNegative ? "mae" : "mape";
  const current = await readCurrent(store, profile.name);
  if (current !== undefined) {
    const card = await jsonAt<ModelCard>(store, `${deploymentKeys(profile.name).bundle(current.version)}/card.json`);
    if (card !== undefined) {
      return baselineOf({ ...card.evaluation, champion: card.champion, metric: card.evaluation.metric }, {
        measure,
        of: `version ${current.version}`,
      });
    }
  }
  const evaluation = await jsonAt<Evaluation>(store, keysOf(profile.name).evaluation);
  return evaluation && baselineOf(evaluation, { measure, of: "the last evaluation" });
}

function baselineOf(
  { champion, metric, scores, backtest, losses }: Judged,
  { measure, of }: Pick<JudgedErrors, "measure" | "of">,
): JudgedErrors | undefined {
  const windows = [...backtest.map(({ scores }) => scores), scores];
  const errors = windows.flatMap((window) => window[champion]?.[measure] ?? []);
  const steps = losses.flatMap(({ dates, loss, weight }) =>
    dates.flatMap((_, at) =>
      scoreOfLoss(metric as MetricName, { loss: loss[champion]?.[at] ?? 0, weight: weight[at]! }) ?? []
    )
  ).filter((error) => error > 0);
  if (errors.length === 0 || steps.length === 0) return undefined;
  const usual = steps.reduce((sum, error) => sum + error, 0) / steps.length;
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { measure, of, mean, ratios: steps.map((error) => error / usual) };
}

async function jsonAt<Document>(store: Store, key: string): Promise<Document | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Document;
  } catch {
    // A damaged card says nothing; verifying bundles is the server's matter.
    return undefined;
  }
}
