/**
 * Model cards in notebooks: what a model was made from, and how good it was.
 *
 * @module
 */
import type { MetricName, Scores } from "@/core/metric.ts";
import type { Displayable } from "@/charts/display.ts";
import { formatCount, formatDates, formatNumberOf } from "@/charts/format.ts";
import { formatMetric, METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelName } from "@/charts/model_style.ts";
import { showFacts } from "@/charts/show/show_facts.ts";

/** What is shown of a card. */
export interface ShownCard {
  /** The dataset's name on the command line: `rossmann`. */
  readonly dataset: string;
  /** The model of the card: `lightgbm`. */
  readonly champion: string;
  /** The first date whose sales it does not know, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** Steps ahead that it forecasts. */
  readonly horizon: number;
  /** Where the data came from, its hash, its rows, and its first date, `YYYY-MM-DD`. */
  readonly data: {
    readonly source: string;
    readonly fingerprint: string;
    readonly rows: number;
    readonly from: string;
  };
  /** The model's features; only their number is shown. */
  readonly features: readonly unknown[];
  /** Ids of the series that it knows; only their number is shown. */
  readonly series: readonly string[];
  /** The seed that it was trained with. */
  readonly seed: number;
  /** The leak prover's verdict, and how many features it proved. */
  readonly leak: { readonly passed: boolean; readonly checked: number };
  /** How good it is: the deciding metric, the baseline, the holdout's dates, and model → scores on it. */
  readonly evaluation: {
    readonly note: string;
    readonly metric: string;
    readonly baseline: string;
    readonly holdout: { readonly from: string; readonly to: string };
    readonly scores: Readonly<Record<string, Scores>>;
  };
}

/**
 * Shows a model's card: its data, features and seed, and its error beside the baseline's with the window of both.
 *
 * @param card As `register` writes it.
 * @param version The registered name and version, where it has one.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showCard } from "@/charts/show/show_card.ts";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const shown = showCard({
 *   dataset: "rossmann", champion: "lightgbm", asOf: "2015-08-01", horizon: 42, seed: 1, features: [], series: ["1"],
 *   data: { source: "synthetic", fingerprint: "ab", rows: 9, from: "2013-01-01" }, leak: { passed: true, checked: 60 },
 *   evaluation: {
 *     note: "", metric: "rmspe", baseline: "seasonal_naive", holdout: { from: "2015-06-20", to: "2015-07-31" },
 *     scores: { lightgbm: { ...none, rmspe: 0.1 }, seasonal_naive: { ...none, rmspe: 0.2 } },
 *   },
 * });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toContain("RMSPE 10.0\u00a0% (seasonal naive 20.0\u00a0%)");
 * ```
 */
export function showCard(card: ShownCard, version?: { readonly name: string; readonly version: number }): Displayable {
  const { evaluation: { metric, baseline, holdout, scores, note }, data, leak } = card;
  const told = (model: string) => formatMetric(metric as MetricName, scores[model]?.[metric as MetricName]);
  return showFacts({
    model: `${modelName(card.champion)} for ${card.dataset}`,
    "knows everything before": card.asOf,
    forecasts: `${card.horizon} steps ahead, ${formatNumberOf(card.series.length, "series", "series")}`,
    data: `${data.source}: ${formatCount(data.rows)} rows since ${data.from}, fingerprint ${
      data.fingerprint.slice(0, 12)
    }`,
    features: `${card.features.length}, of which ${leak.checked} ${
      leak.passed ? "proved free of leaks" : "checked: a leak"
    }`,
    error: `${METRIC_WORDS[metric as MetricName].label} ${told(card.champion)} (${modelName(baseline)} ${
      told(baseline)
    }) on ${formatDates(holdout.from, holdout.to)}`,
    "how to read it": note,
    seed: String(card.seed),
  }, { caption: version === undefined ? "Model card" : `Model card of ${version.name} version ${version.version}` });
}
