/**
 * How a model improved round by round, and when it stopped.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { directLabels, type Figure, labelRoom, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatNumberOf } from "@/charts/format.ts";
import { modelName, type ModelStyle, modelStyles, sentenceCase } from "@/charts/model_style.ts";

/** A metric after each round of one fit: the first value is round 1. */
export interface TrainingHistory {
  /** The model's kind: `lightgbm`. */
  readonly model: string;
  /** What tells this fit from others of the same model: the window it was watched on. */
  readonly label?: string;
  /** The regressor's own name of what it watches: `rmse`. */
  readonly metric: string;
  /** The metric on the validation rows, round by round. */
  readonly values: readonly number[];
}

function short(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 });
}

function bestRound(values: readonly number[]): number {
  return values.reduce((best, value, i) => value < values[best]! ? i : best, 0) + 1;
}

/**
 * Draws the validation metric of fits by round, six fits at most.
 *
 * @param histories Fits whose metrics can be compared.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { trainingCurve } from "@/charts/training_curve.ts";
 *
 * const figure = trainingCurve([{ model: "lightgbm", metric: "rmse", values: [5, 3, 4] }]);
 * expect(figure.title).toBe("LightGBM is best after 2 of 3 rounds");
 * ```
 */
export function trainingCurve(histories: readonly TrainingHistory[]): Figure {
  const drawn = histories.filter((history) => history.values.length > 0).slice(0, 6);
  const nameOf = ({ model, label }: TrainingHistory): string => label ?? modelName(model);
  const names = drawn.map(nameOf);
  const styles = modelStyles(names, { champion: names[0] ?? "", baseline: "" });
  const style = (history: TrainingHistory): ModelStyle => styles[nameOf(history)]!;
  const lead = drawn[0];
  const all = drawn.flatMap((history) => [Math.min(...history.values), history.values[0]!]);
  const low = Math.min(...all, Infinity), high = Math.max(...all, -Infinity);
  const pad = (high - low) * 0.06 || 1;
  const range: [number, number] = drawn.length > 0 ? [low - pad, high + pad] : [0, 1];
  const height = 260;
  const ends = drawn.map((history) => ({
    text: nameOf(history),
    y: history.values.at(-1)!,
    color: style(history).color,
  }));
  return makeFigure({
    title: lead
      ? `${sentenceCase(modelName(lead.model))} is best after ${formatCount(bestRound(lead.values))} of ${
        formatNumberOf(lead.values.length, "round")
      }`
      : "No fit went by rounds",
    subtitle: `Validation ${[...new Set(drawn.map((history) => history.metric))].join(", ") || "metric"} by round`,
    height,
    margins: { right: labelRoom(ends) },
    data: drawn.map((history): Data => ({
      type: "scatter",
      mode: "lines",
      name: plainText(nameOf(history)),
      x0: 1,
      dx: 1,
      y: [...history.values],
      hovertemplate: "%{y:.4~g}",
      line: {
        color: style(history).color,
        dash: style(history).dash,
        width: style(history).width,
      },
    })),
    layout: {
      hovermode: "x unified",
      xaxis: { title: { text: "Round" }, tickformat: ",d", nticks: 8 },
      yaxis: { title: { text: `Validation ${lead?.metric ?? "metric"}` }, range, nticks: 6 },
      annotations: directLabels(ends, range, height),
    },
    table: {
      columns: ["fit", "metric", "rounds", "best round", "best", "last"],
      rows: drawn.map((history) => [
        nameOf(history),
        history.metric,
        formatCount(history.values.length),
        formatCount(bestRound(history.values)),
        short(Math.min(...history.values)),
        short(history.values.at(-1)!),
      ]),
    },
  });
}
