/**
 * All models side by side on the metric that decides.
 *
 * @module
 */
import type { MetricName, Scores } from "@/core/metric.ts";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatChange, formatPercent } from "@/charts/format.ts";
import { badness, changeAgainst, formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";
import { modelName, type Roles, sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/**
 * States in words how the champion compares with the baseline.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { comparisonSentence } from "@/charts/model_comparison.ts";
 *
 * const roles = { champion: "lightgbm", baseline: "seasonal_naive" };
 * expect(comparisonSentence("rmspe", 0.1, 0.2, roles)).toBe("LightGBM beats seasonal naive by 50\u00a0%");
 * ```
 */
export function comparisonSentence(
  metric: MetricName,
  champion: number | null | undefined,
  baseline: number | null | undefined,
  roles: Roles,
): string {
  const name = sentenceCase(modelName(roles.champion));
  const naive = modelName(roles.baseline);
  if (roles.champion === roles.baseline) return `No model was chosen over ${naive}`;
  const change = changeAgainst(metric, champion, baseline);
  if (change === null) return `${name} cannot be compared with ${naive} here`;
  if (Math.abs(change) < 0.005) return `${name} and ${naive} are level`;
  const share = formatPercent(Math.abs(change), 0);
  return change < 0 ? `${name} beats ${naive} by ${share}` : `${name} is ${share} worse than ${naive}`;
}

/**
 * Draws every model's error on the deciding metric, best first, with seasonal naive as the line to beat.
 *
 * @param scores Model → its scores on one set of rows.
 * @param options `window` says in words which rows were scored; `unit` is what one unit of sales is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { modelComparison } from "@/charts/model_comparison.ts";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const figure = modelComparison(
 *   { naive: { ...none, mae: 20 }, lightgbm: { ...none, mae: 15 } },
 *   { metric: "mae", champion: "lightgbm", baseline: "naive", window: "last 42 days" },
 * );
 * expect(figure.title).toBe("LightGBM beats naive by 25\u00a0%");
 * ```
 */
export function modelComparison(
  scores: Readonly<Record<string, Scores>>,
  { metric, champion, baseline, window, unit }: Roles & {
    readonly metric: MetricName;
    readonly window: string;
    readonly unit?: string;
  },
): Figure {
  const axis = metricAxis(metric, unit);
  const value = (model: string) => scores[model]?.[metric];
  const ranked = Object.keys(scores).toSorted((a, b) => badness(metric, value(a)) - badness(metric, value(b)));
  const drawn = ranked.filter((model) => Number.isFinite(badness(metric, value(model))));
  const change = (model: string) => changeAgainst(metric, value(model), value(baseline));
  const label = (model: string) =>
    formatMetric(metric, value(model)) +
    (model === baseline || change(model) === null ? "" : `  (${formatChange(change(model))})`);
  const drawnValue = (model: string) => badness(metric, value(model)) * axis.scale;
  const widest = Math.max(0, ...drawn.map(drawnValue));
  return makeFigure({
    title: comparisonSentence(metric, value(champion), value(baseline), { champion, baseline }),
    subtitle: `${METRIC_WORDS[metric].label}, ${window}; in brackets: v. ${modelName(baseline)}`,
    height: Math.max(1, drawn.length) * 36,
    margins: { left: 24 },
    data: [{
      type: "bar",
      orientation: "h",
      y: drawn.map((model) => plainText(modelName(model))),
      x: drawn.map(drawnValue),
      text: drawn.map(label),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: "%{y}: %{text}<extra></extra>",
      marker: {
        color: drawn.map((model) =>
          model === champion ? lightColours.accent : model === baseline ? lightColours.ghost : lightColours.hatch
        ),
      },
    }],
    layout: {
      bargap: 0.35,
      xaxis: {
        title: { text: metric === "bias" ? `${axis.title}, distance from 0` : axis.title },
        // Room for the labels at the bars' ends.
        range: [0, widest * 1.4 || 1],
        ticksuffix: axis.suffix,
        tickformat: axis.tickformat,
        showgrid: true,
        nticks: 6,
      },
      yaxis: { type: "category", autorange: "reversed", ticks: "", showgrid: false },
    },
    table: {
      columns: ["model", axis.title, `v. ${modelName(baseline)}`],
      rows: ranked.map((model) => [
        modelName(model),
        formatMetric(metric, value(model)),
        model === baseline ? "" : formatChange(change(model)),
      ]),
    },
  });
}
