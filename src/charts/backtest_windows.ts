/**
 * Whether a model is good always or only once: its error in every window.
 *
 * @module
 */
import type { Data } from "plotly.js";
import type { MetricName, Scores } from "@/core/metric.ts";
import { directLabels, type Figure, labelRoom, type LineEnd, makeFigure, plainText } from "@/charts/figure.ts";
import { formatDate, formatNumberOf } from "@/charts/format.ts";
import { badness, formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";
import { modelName, modelStyles, type Roles, sentenceCase, worthALine } from "@/charts/model_style.ts";

/** All models' scores on one window. */
export interface ScoredWindow {
  /** The first date that was forecast, `YYYY-MM-DD`. */
  readonly origin: string;
  /** What the window is called under its date, if it is a special one: `holdout`. */
  readonly label?: string;
  /** Model → its scores on the window. */
  readonly scores: Readonly<Record<string, Scores>>;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function windowsTitle(wins: number, of: number, { champion, baseline }: Roles): string {
  const name = sentenceCase(modelName(champion)), naive = modelName(baseline);
  if (champion === baseline || of === 0) return `The error of ${naive} from window to window`;
  if (of === 1) return wins === 1 ? `${name} beats ${naive} in the only window` : `${name} loses to ${naive}`;
  if (wins === of) return `${name} beats ${naive} in ${of === 2 ? "both" : `all ${of}`} windows`;
  if (wins === 0) return `${name} beats ${naive} in none of ${of} windows`;
  return `${name} beats ${naive} in ${wins} of ${of} windows`;
}

/**
 * Draws the deciding metric of each model from window to window, oldest first, six models at most.
 *
 * @param options `models` lists all models of the page, so that each keeps its style; `unit` is what one unit of sales
 * is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { backtestWindows } from "@/charts/backtest_windows.ts";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const window = (origin: string, a: number) => ({ origin, scores: { a: { ...none, mae: a }, b: { ...none, mae: 5 } } });
 * const figure = backtestWindows([window("2015-01-01", 4), window("2015-02-01", 6)], {
 *   metric: "mae",
 *   champion: "a",
 *   baseline: "b",
 * });
 * expect(figure.title).toBe("A beats b in 1 of 2 windows");
 * ```
 */
export function backtestWindows(
  windows: readonly ScoredWindow[],
  { metric, champion, baseline, models, unit }: Roles & {
    readonly metric: MetricName;
    readonly models?: readonly string[];
    readonly unit?: string;
  },
): Figure {
  const axis = metricAxis(metric, unit);
  const inOrder = windows.toSorted((a, b) => a.origin.localeCompare(b.origin));
  const value = (window: ScoredWindow, model: string) => window.scores[model]?.[metric];
  const all = [...new Set(inOrder.flatMap((window) => Object.keys(window.scores)))];
  const average = (model: string) => mean(inOrder.map((window) => badness(metric, value(window, model))));
  const ranked = all
    .filter((model) => inOrder.some((window) => Number.isFinite(badness(metric, value(window, model)))))
    .toSorted((a, b) => average(a) - average(b));
  const drawn = worthALine(ranked, { champion, baseline });
  const styles = modelStyles(models ?? all, { champion, baseline });
  const labels = inOrder.map((window) =>
    formatDate(window.origin).replace(/ (?=\d{4}$)/, "<br>") + (window.label ? `<br>${window.label}` : "")
  );
  const comparable = inOrder.filter((window) =>
    [champion, baseline].every((model) => Number.isFinite(badness(metric, value(window, model))))
  );
  const wins = comparable.filter((window) =>
    badness(metric, value(window, champion)) < badness(metric, value(window, baseline))
  );
  const scaled = (window: ScoredWindow, model: string) => {
    const score = value(window, model);
    return score === null || score === undefined ? null : score * axis.scale;
  };
  const points = drawn.flatMap((model) => inOrder.map((window) => scaled(window, model) ?? 0));
  const range: [number, number] = [Math.min(0, ...points) * 1.1, Math.max(0, ...points) * 1.1 || 1];
  const height = 280;
  const ends = drawn.map((model): LineEnd => ({
    text: modelName(model),
    y: inOrder.map((window) => scaled(window, model)).findLast((y) => y !== null) ?? 0,
    color: styles[model]!.color,
  }));
  const hidden = ranked.length - drawn.length;
  return makeFigure({
    title: windowsTitle(wins.length, comparable.length, { champion, baseline }),
    subtitle: `${METRIC_WORDS[metric].label} by the first date forecast` +
      (hidden > 0 ? `; the table has ${formatNumberOf(hidden, "more model")}` : ""),
    height,
    margins: { right: labelRoom(ends), bottom: 72 },
    data: drawn.map((model): Data => ({
      type: "scatter",
      mode: "lines+markers",
      name: plainText(modelName(model)),
      x: labels,
      y: inOrder.map((window) => scaled(window, model)),
      text: inOrder.map((window) => formatMetric(metric, value(window, model))),
      hovertemplate: "%{text}",
      line: { color: styles[model]!.color, dash: styles[model]!.dash, width: styles[model]!.width },
      marker: { color: styles[model]!.color, symbol: styles[model]!.symbol, size: 8 },
    })),
    layout: {
      hovermode: "x unified",
      xaxis: {
        type: "category",
        title: { text: "Window, by its first date" },
        ticks: "",
        range: [-0.4, inOrder.length - 0.6],
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
      columns: [
        "model",
        ...inOrder.map((window) => formatDate(window.origin) + (window.label ? `, ${window.label}` : "")),
      ],
      rows: ranked.map((model) => [
        modelName(model),
        ...inOrder.map((window) => formatMetric(metric, value(window, model))),
      ]),
    },
  });
}
