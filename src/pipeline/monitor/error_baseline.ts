/**
 * What errors a model had when it was judged: the baseline of everything that is said about it in production.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Store } from "@/core/store.ts";
import { type ErrorBaseline, scoreOfLoss, type WindowLosses } from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { deploymentKeys, readCurrent } from "@/pipeline/deployed.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";

/**
 * The measure that concept drift follows. Where sales can be below zero single shares mean nothing: there, absolute errors
 * of a whole step are held against its sales. Amounts by themselves would be larger whenever more is sold.
 */
export type Measure = "mape" | "wape";

/** The measure for a dataset. */
export const measureOf = ({ allowsNegative }: Pick<DatasetProfile, "allowsNegative">): Measure =>
  allowsNegative ? "wape" : "mape";

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
  const measure = measureOf(profile);
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
  const errors = windows.map((window, at) => {
    const { mape, mae } = window[champion] ?? {};
    return measure === "mape" ? mape ?? NaN : (mae ?? NaN) / meanSales(losses[at]);
  }).filter(Number.isFinite);
  const isAmount = measure === "wape" && AMOUNTS.includes(metric);
  const steps = losses.flatMap((window) =>
    window.dates.map((_, at) => {
      const own = { loss: window.loss[champion]?.[at] ?? 0, weight: window.weight[at]! };
      return (scoreOfLoss(metric as MetricName, own) ?? 0) / (isAmount ? meanSales(window, at) : 1);
    })
  ).filter((error) => error > 0);
  if (errors.length === 0 || steps.length === 0) return undefined;
  const usual = steps.reduce((sum, error) => sum + error, 0) / steps.length;
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { measure, of, mean, ratios: steps.map((error) => error / usual) };
}

/** Metrics in units of sales, which are larger whenever more is sold. */
const AMOUNTS: readonly string[] = ["mae", "wmae", "rmse"];

/** What a row of a window, or of one of its dates, sold on average; NaN where that is not known or nothing. */
function meanSales(window: WindowLosses | undefined, at?: number): number {
  if (window?.rows === undefined) return NaN;
  const sum = (values: readonly number[]) =>
    at === undefined ? values.reduce((total, value) => total + value, 0) : values[at]!;
  const rows = sum(window.rows), sold = sum(window.truth);
  return rows > 0 && sold > 0 ? sold / rows : NaN;
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
