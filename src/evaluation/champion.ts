import type { MetricName, Scores } from "@/core/metric.ts";
import { loss } from "@/evaluation/metrics/loss.ts";
import { mean, median } from "simple-statistics";

/** A model's place in the comparison over earlier windows. */
export interface Standing {
  /** The model's name. */
  readonly model: string;
  /** Mean of the deciding metric over the windows (of its size, for bias); Infinity where a score is missing. */
  readonly mean: number;
  /** Median over the same windows, which decides between equal means. */
  readonly median: number;
  /** How many windows it was judged on. */
  readonly windows: number;
}

/** Which model is put forward, and why. */
export interface ChampionChoice {
  /** The model that is put forward. */
  readonly champion: string;
  /** Best first; models that could not be scored in every window come last, with a mean of Infinity. */
  readonly standings: readonly Standing[];
  /** Sentences for a person. */
  readonly reasons: readonly string[];
}

/**
 * Chooses the model that forecast the earlier windows best; the holdout has no say, so that it can judge the choice.
 *
 * Models are compared by the mean of the metric over the windows; where two means are equal, by the median, then in the
 * order given. A model that lacks a score in some window cannot become champion.
 *
 * @param backtests Model → its scores, one per window of the backtest, in the same order for every model.
 * @param options.fallback Who is champion when there is nothing to compare, such as a history too short for a backtest.
 * @throws {RangeError} If there are no models, windows differ in number, or there is nothing to choose by and no fallback.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { chooseChampion, score } from "@/evaluation/mod.ts";
 *
 * const choice = chooseChampion({
 *   naive: [score([10], [14]), score([10], [12])],
 *   lightgbm: [score([10], [11]), score([10], [12])],
 * }, "mae");
 * expect(choice.champion).toBe("lightgbm");
 * expect(choice.reasons[0]).toContain("mean mae of 1.5 over 2 earlier windows");
 * ```
 */
export function chooseChampion(
  backtests: Readonly<Record<string, readonly Scores[]>>,
  metric: MetricName,
  { fallback }: { readonly fallback?: string } = {},
): ChampionChoice {
  const models = Object.keys(backtests);
  if (models.length === 0) throw new RangeError("Cannot choose a champion as there must be a model: there are none");
  if (fallback !== undefined && !models.includes(fallback)) {
    throw new RangeError(`Cannot fall back on "${fallback}" as the models are: ${models.join(", ")}`);
  }
  const windows = new Set(models.map((model) => backtests[model]!.length));
  if (windows.size > 1) {
    const counts = models.map((model) => `${model} ${backtests[model]!.length}`).join(", ");
    throw new RangeError(`Cannot choose a champion as all models must have the same windows: ${counts}`);
  }
  const standings = models.map((model) => standing(model, backtests[model]!, metric))
    .sort((a, b) => compare(a.mean, b.mean) || compare(a.median, b.median));
  const [first, second] = standings;
  if (!first || !Number.isFinite(first.mean)) {
    if (fallback === undefined) {
      throw new RangeError(
        `Cannot choose a champion as a model needs a ${metric} in every earlier window: none of ${
          models.join(", ")
        } has`,
      );
    }
    const why = first?.windows ? `no model has a ${metric} in every earlier window` : "there is no earlier window";
    return { champion: fallback, standings, reasons: [`${fallback} is the fallback: ${why}`] };
  }
  const over = `over ${first.windows} earlier window${first.windows === 1 ? "" : "s"}`;
  const reasons = [`${first.model} has the lowest mean ${metric} of ${shown(first.mean)} ${over}`];
  if (second && Number.isFinite(second.mean)) {
    reasons.push(
      second.mean === first.mean
        ? `${second.model} has the same mean; the medians are ${shown(first.median)} and ${shown(second.median)}`
        : `${second.model} is next with ${shown(second.mean)}`,
    );
  }
  if (first.windows < 3) {
    reasons.push(`${first.windows} earlier window${first.windows === 1 ? "" : "s"} is thin evidence`);
  }
  for (const { model, mean } of standings) {
    if (!Number.isFinite(mean)) reasons.push(`${model} was left out: it lacks a ${metric} in some window`);
  }
  return { champion: first.model, standings, reasons };
}

function standing(model: string, scores: readonly Scores[], metric: MetricName): Standing {
  const losses = scores.map((score) => loss(metric, score[metric]));
  if (losses.length === 0) return { model, mean: Infinity, median: Infinity, windows: 0 };
  return {
    model,
    mean: losses.every(Number.isFinite) ? mean(losses) : Infinity,
    median: median(losses),
    windows: losses.length,
  };
}

/** Subtraction would make NaN of two infinities. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
