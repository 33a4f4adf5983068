import type { MetricName, Scores } from "@/core/metric.ts";
import { loss } from "@/evaluation/metrics/loss.ts";
import { mean, median, sampleStandardDeviation } from "simple-statistics";

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
 * Few windows tell models apart badly. A blend may therefore be the favourite: from two windows on it is champion unless
 * the best model is better by more than one standard error of their differences, window by window. That is the rule of
 * one standard error (Breiman, Friedman, Olshen and Stone 1984, section 3.4.3), with the preference for combined
 * forecasts that Timmermann (2006) and the M4 competition (Makridakis et al. 2020) give reasons for.
 *
 * @param backtests Model → its scores, one per window of the backtest, in the same order for every model.
 * @param options.fallback Who is champion when there is nothing to compare, such as a history too short for a backtest.
 * @param options.favourite A blend that is champion as long as nothing speaks clearly for another model; without it the mean decides.
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
  { fallback, favourite }: { readonly fallback?: string; readonly favourite?: string } = {},
): ChampionChoice {
  const models = Object.keys(backtests);
  if (models.length === 0) throw new RangeError("Cannot choose a champion as there must be a model: there are none");
  if (fallback !== undefined && !models.includes(fallback)) {
    throw new RangeError(`Cannot fall back on "${fallback}" as the models are: ${models.join(", ")}`);
  }
  if (favourite !== undefined && !models.includes(favourite)) {
    throw new RangeError(`Cannot favour "${favourite}" as the models are: ${models.join(", ")}`);
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
  const behind = favourite === undefined || favourite === first.model
    ? undefined
    : marginOf(backtests[favourite]!, backtests[first.model]!, metric);
  const isTie = behind !== undefined && behind.mean <= behind.error;
  if (isTie) {
    reasons.push(
      `${favourite} is put forward all the same: it is behind by ${shown(behind.mean)}, within one standard error of ` +
        `that difference (${shown(behind.error)}), and combined forecasts are the surer ones where scores are equal`,
    );
  }
  if (first.windows < 3) {
    reasons.push(`${first.windows} earlier window${first.windows === 1 ? "" : "s"} is thin evidence`);
  }
  for (const { model, mean } of standings) {
    if (!Number.isFinite(mean)) reasons.push(`${model} was left out: it lacks a ${metric} in some window`);
  }
  return { champion: isTie ? favourite! : first.model, standings, reasons };
}

/** How far a model is behind another over the same windows, with the standard error of that; undefined below two windows. */
function marginOf(model: readonly Scores[], other: readonly Scores[], metric: MetricName) {
  const differences = model.map((score, at) => loss(metric, score[metric]) - loss(metric, other[at]![metric]));
  if (differences.length < 2 || !differences.every(Number.isFinite)) return undefined;
  return { mean: mean(differences), error: sampleStandardDeviation(differences) / Math.sqrt(differences.length) };
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
