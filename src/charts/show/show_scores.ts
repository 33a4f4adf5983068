/**
 * Scores in notebooks: every model beside seasonal naive.
 *
 * @module
 */
import { METRIC_NAMES, type MetricName, type Scores } from "@/core/metric.ts";
import type { Displayable } from "@/charts/display.ts";
import { formatChange } from "@/charts/format.ts";
import { badness, changeAgainst, formatMetric, METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelName, type Roles } from "@/charts/model_style.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows the errors of every model, best first, with the difference from the baseline on the metric that decides.
 *
 * @param options `window` says which rows were scored: `holdout, 20 Jun – 31 Jul 2015`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showScores } from "@/charts/show/show_scores.ts";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const scores = { naive: { ...none, mae: 20 }, lightgbm: { ...none, mae: 15 } };
 * const shown = showScores(scores, { metric: "mae", champion: "lightgbm", baseline: "naive", window: "last week" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toMatch(/★ LightGBM +15 +−25/);
 * ```
 */
export function showScores(
  scores: Readonly<Record<string, Scores>>,
  { metric, champion, baseline, window }: Roles & { readonly metric: MetricName; readonly window: string },
): Displayable {
  const value = (model: string, name: MetricName) => scores[model]?.[name];
  const ranked = Object.keys(scores)
    .toSorted((a, b) => badness(metric, value(a, metric)) - badness(metric, value(b, metric)));
  const others = METRIC_NAMES.filter((name) => name !== metric);
  const rows = ranked.map((model) => [
    `${model === champion ? "★ " : ""}${modelName(model)}`,
    formatMetric(metric, value(model, metric)),
    model === baseline ? "–" : formatChange(changeAgainst(metric, value(model, metric), value(baseline, metric))),
    ...others.map((name) => formatMetric(name, value(model, name))),
  ]);
  const columns = [
    "model",
    METRIC_WORDS[metric].label,
    `v. ${modelName(baseline)}`,
    ...others.map((name) => METRIC_WORDS[name].label),
  ];
  return showTable({ columns, rows }, { caption: `Errors, best first (★ is the champion): ${window}` });
}
