/**
 * How far one model gets ahead of another, day by day.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { directLabels, type Figure, labelRoom, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatNumberOf } from "@/charts/format.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** The mean loss of two models on one date. */
export interface DuelDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** The loss of the model that the line is about. */
  readonly first: number;
  /** The loss of the model that it is compared with, in the same units. */
  readonly other: number;
}

/**
 * Draws by how much the losses of one model stay below those of another, added up over the days: the line rises where the
 * first one is better.
 *
 * The end of the line is 100 % if the first model made no errors at all.
 *
 * @param days In order of time.
 * @param names What the two are called: `version 2`, `version 1`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { leadChart } from "@/charts/lead_chart.ts";
 *
 * const days = [{ date: "2015-06-01", first: 1, other: 2 }, { date: "2015-06-02", first: 2, other: 2 }];
 * expect(leadChart(days, { first: "version 2", other: "version 1" }).title).toBe("Version 2 is ahead on 1 of 2 days");
 * ```
 */
export function leadChart(
  days: readonly DuelDay[],
  { first, other }: { readonly first: string; readonly other: string },
): Figure {
  const total = days.reduce((sum, day) => sum + day.other, 0) || 1;
  let sum = 0;
  const lead = days.map((day) => 100 * (sum += day.other - day.first) / total);
  const ahead = days.filter((day) => day.first < day.other).length;
  const low = Math.min(0, ...lead), high = Math.max(0, ...lead), pad = (high - low) * 0.08 || 1;
  const range: [number, number] = [low - pad, high + pad], height = 260;
  const ends = lead.length === 0 ? [] : [{ text: plainText(first), y: lead.at(-1)!, color: lightColours.accent }];
  return makeFigure({
    title: days.length === 0
      ? "0 days were judged for both"
      : `${sentenceCase(first)} is ahead on ${formatCount(ahead)} of ${formatNumberOf(days.length, "day")}`,
    subtitle: `Loss saved against ${other}, added up, in percent of all of it`,
    height,
    margins: { right: labelRoom(ends) },
    data: days.length === 0 ? [] : [
      {
        type: "scatter",
        mode: "lines",
        name: plainText(first),
        x: days.map(({ date }) => date),
        y: lead,
        hovertemplate: "%{x}: %{y:.2f} %",
        line: { color: lightColours.accent, width: 2 },
      } satisfies Data,
    ],
    layout: {
      xaxis: { title: { text: "Day" }, type: "date" },
      yaxis: { title: { text: `Saved against ${other} (%)` }, range, zeroline: true, nticks: 6 },
      annotations: directLabels(ends, range, height),
    },
    table: {
      columns: ["day", first, other, "saved so far"],
      rows: days.map((day, k) => [
        day.date,
        day.first.toPrecision(4),
        day.other.toPrecision(4),
        `${lead[k]!.toFixed(2)} %`,
      ]),
    },
  });
}
