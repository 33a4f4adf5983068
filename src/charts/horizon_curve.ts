/**
 * How the error grows the further ahead one looks.
 *
 * @module
 */
import type { Data } from "plotly.js";
import type { MetricName } from "@/core/metric.ts";
import type { Frequency } from "@/core/panel.ts";
import { directLabels, type Figure, labelRoom, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatNumberOf } from "@/charts/format.ts";
import { formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";
import { modelName, modelStyles, type Roles } from "@/charts/model_style.ts";

/** The rows at one step of the horizon, and each model's error on them. */
export interface StepError {
  /** 1 for the first step after the origin. */
  readonly step: number;
  /** Rows at the step that were scored. */
  readonly rows: number;
  /** Model → the deciding metric; null where it is undefined. */
  readonly values: Readonly<Record<string, number | null>>;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function growth(steps: readonly StepError[], champion: string, metric: MetricName, word: string): string {
  const values = steps.map((step) => step.values[champion]).filter((value): value is number =>
    value !== null && value !== undefined
  );
  if (values.length < 2) return `The error by ${word} ahead`;
  const third = Math.max(1, Math.floor(values.length / 3));
  const early = mean(values.slice(0, third)), late = mean(values.slice(-third));
  const spoken = `${formatMetric(metric, early)} in the first ${formatNumberOf(third, word)}, ${
    formatMetric(metric, late)
  } in the last ${third}`;
  if (late > early * 1.05) return `The error grows with the horizon: ${spoken}`;
  if (late < early * 0.95) return `The error does not grow with the horizon: ${spoken}`;
  return `The error hardly changes over the horizon: ${spoken}`;
}

/**
 * Draws the champion's error by steps ahead, beside the baseline's.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { horizonCurve } from "@/charts/horizon_curve.ts";
 *
 * const steps = [1, 2, 3].map((step) => ({ step, rows: 5, values: { a: step / 10, b: 0.4 } }));
 * const figure = horizonCurve(steps, { metric: "mape", champion: "a", baseline: "b", frequency: "1w" });
 * expect(figure.title).toMatch(/^The error grows with the horizon: 10.0/);
 * ```
 */
export function horizonCurve(
  steps: readonly StepError[],
  { metric, champion, baseline, frequency, unit }: Roles & {
    readonly metric: MetricName;
    readonly frequency: Frequency;
    readonly unit?: string;
  },
): Figure {
  const axis = metricAxis(metric, unit);
  const word = frequency === "1w" ? "week" : "day";
  const models = [...new Set([baseline, champion])];
  const styles = modelStyles(models, { champion, baseline });
  const inOrder = steps.toSorted((a, b) => a.step - b.step);
  const scaled = (step: StepError, model: string) => {
    const value = step.values[model];
    return value === null || value === undefined ? null : value * axis.scale;
  };
  const all = inOrder.flatMap((step) => models.map((model) => scaled(step, model) ?? 0));
  const range: [number, number] = [Math.min(0, ...all) * 1.1, Math.max(0, ...all) * 1.1 || 1];
  // Beyond a month, dots would run together.
  const dots = inOrder.length <= 31;
  const height = 260;
  const ends = models.map((model) => ({
    text: modelName(model),
    y: inOrder.map((step) => scaled(step, model)).findLast((y) => y !== null) ?? 0,
    color: styles[model]!.color,
  }));
  return makeFigure({
    title: growth(inOrder, champion, metric, word),
    subtitle: `${METRIC_WORDS[metric].label} by ${word}s ahead, ${
      formatNumberOf(inOrder.reduce((sum, step) => sum + step.rows, 0), "row")
    }`,
    height,
    margins: { right: labelRoom(ends) },
    data: models.map((model): Data => ({
      type: "scatter",
      mode: dots ? "lines+markers" : "lines",
      name: plainText(modelName(model)),
      x: inOrder.map((step) => step.step),
      y: inOrder.map((step) => scaled(step, model)),
      text: inOrder.map((step) => formatMetric(metric, step.values[model])),
      hovertemplate: "%{text}",
      line: { color: styles[model]!.color, dash: styles[model]!.dash, width: styles[model]!.width },
      ...(dots ? { marker: { color: styles[model]!.color, symbol: styles[model]!.symbol, size: 6 } } : {}),
    })),
    layout: {
      hovermode: "x unified",
      xaxis: {
        title: { text: `${word === "day" ? "Days" : "Weeks"} ahead` },
        hoverformat: "d",
        // Whole weeks for daily data, so that weekdays line up.
        ...(word === "day" && inOrder.length > 10 ? { dtick: 7, tick0: 0 } : { nticks: 8, tickformat: "d" }),
      },
      yaxis: {
        title: { text: axis.title },
        ticksuffix: axis.suffix,
        tickformat: axis.tickformat,
        range,
        nticks: 6,
        zeroline: range[0] < 0,
      },
      annotations: directLabels(ends, range, height),
    },
    table: {
      columns: [`${word}s ahead`, "rows", ...models.toReversed().map(modelName)],
      rows: inOrder.map((step) => [
        String(step.step),
        formatCount(step.rows),
        ...models.toReversed().map((model) => formatMetric(metric, step.values[model])),
      ]),
    },
  });
}
