/**
 * What a leak does to a score: honest, as the leak makes it look, and as it would really be.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatPercent } from "@/charts/format.ts";
import { formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";
import { lightColours } from "@/charts/theme.ts";

/** One model's error in three lights, and the baseline's. */
export interface LeakErrors {
  /** The baseline's error, on the same rows and by the same metric. */
  readonly baseline: number;
  /** Without the leaky feature. */
  readonly honest: number;
  /** With it, scored on rows whose future it had read. */
  readonly flattered: number;
  /** With it, as at work: the future is not there to be read. */
  readonly atWork: number;
}

/**
 * Draws how much a leak flatters a score, and what is left of it when the future is not at hand.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { leakPriceChart } from "@/charts/leak_price_chart.ts";
 *
 * const errors = { baseline: 0.3, honest: 0.2, flattered: 0.1, atWork: 0.25 };
 * const figure = leakPriceChart(errors, { metric: "rmspe", feature: "y_rolling_mean_lag0_window7" });
 * expect(figure.title).toBe("The leak flatters the error by 50\u00a0%: 10.0\u00a0% on paper, 25.0\u00a0% at work");
 * ```
 */
export function leakPriceChart(
  { baseline, honest, flattered, atWork }: LeakErrors,
  { metric, feature, unit }: { readonly metric: MetricName; readonly feature: string; readonly unit?: string },
): Figure {
  const axis = metricAxis(metric, unit);
  const bars = [
    { name: "seasonal naive", value: baseline, color: lightColours.hatch },
    { name: "honest features", value: honest, color: lightColours.accent },
    { name: "with the leak, on paper", value: flattered, color: lightColours.good },
    { name: "with the leak, at work", value: atWork, color: lightColours.alert },
  ];
  const tell = (value: number) => formatMetric(metric, value);
  return makeFigure({
    title: flattered < honest
      ? `The leak flatters the error by ${formatPercent(1 - flattered / honest, 0)}: ${tell(flattered)} on paper, ${
        tell(atWork)
      } at work`
      : `This leak does not help the score: ${tell(flattered)} against ${tell(honest)} without it`,
    subtitle: `${METRIC_WORDS[metric].label} of the same learner on the holdout; the leak is ${feature}`,
    height: bars.length * 38,
    margins: { left: 24 },
    data: [{
      type: "bar",
      orientation: "h",
      y: bars.map(({ name }) => name),
      x: bars.map(({ value }) => value * axis.scale),
      text: bars.map(({ value }) => tell(value)),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: "%{y}: %{text}<extra></extra>",
      marker: { color: bars.map(({ color }) => color) },
    }],
    layout: {
      bargap: 0.35,
      xaxis: {
        title: { text: axis.title },
        ticksuffix: axis.suffix,
        tickformat: axis.tickformat,
        showgrid: true,
        nticks: 6,
        range: [0, Math.max(...bars.map(({ value }) => value)) * axis.scale * 1.25],
      },
      yaxis: { type: "category", autorange: "reversed", ticks: "", showgrid: false },
    },
    table: { columns: ["features", axis.title], rows: bars.map(({ name, value }) => [name, tell(value)]) },
  });
}
