/**
 * An effect with its interval, weekday by weekday.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatChange, formatCount, formatNumberOf, formatPercent, levelName } from "@/charts/format.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** An effect as a share, with the ends of its interval. */
export interface DrawnEffect {
  /** The effect: 0.38 is 38 % more than without the event. */
  readonly lift: number;
  /** The interval's lower end; null where there is no interval. */
  readonly low: number | null;
  /** The interval's upper end; null where there is no interval. */
  readonly high: number | null;
  /** Series that traded both with and without the event. */
  readonly series: number;
  /** Rows with the event. */
  readonly rows: number;
}

/** How an effect's interval is told. */
const interval = ({ low, high }: DrawnEffect) =>
  low === null || high === null ? "no interval: one series" : `${formatChange(low, 1)} to ${formatChange(high, 1)}`;

/**
 * Draws by how much an event lifts sales, on the whole and on every weekday, with intervals and the line of no effect.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { effectChart } from "@/charts/explore/effect_chart.ts";
 *
 * const all = { lift: 0.38, low: 0.35, high: 0.41, series: 9, rows: 400 };
 * const figure = effectChart({ event: "promo", level: 0.95, all, byWeekday: [] });
 * expect(figure.title).toBe("With a promotion, sales are 38\u00a0% higher (95\u00a0% interval: +35.0\u00a0% to +41.0\u00a0%)");
 * ```
 */
export function effectChart(
  { event, level, all, byWeekday }: {
    readonly event: string;
    readonly level: number;
    readonly all: DrawnEffect;
    readonly byWeekday: readonly (DrawnEffect & { readonly weekday: number })[];
  },
): Figure {
  const name = event.replaceAll("_", " ").replace(/^is /, "").replace(/^promo$/, "promotion");
  const rows = [
    ...byWeekday.map((effect) => ({ label: levelName("day_of_week", String(effect.weekday)), effect })),
    { label: byWeekday.length > 0 ? "all days" : "all weeks", effect: all },
  ];
  const percent = (value: number | null) => value === null ? 0 : 100 * value;
  const point: Data = {
    type: "scatter",
    mode: "text+markers",
    y: rows.map(({ label }) => label),
    x: rows.map(({ effect }) => 100 * effect.lift),
    text: rows.map(({ effect }) => formatChange(effect.lift)),
    textposition: "top center",
    customdata: rows.map(({ effect }) => `${interval(effect)}, ${formatNumberOf(effect.rows, "row")}`),
    hovertemplate: "%{y}: %{text} (%{customdata})<extra></extra>",
    error_x: {
      type: "data",
      symmetric: false,
      array: rows.map(({ effect }) => percent(effect.high) - (effect.high === null ? 0 : 100 * effect.lift)),
      arrayminus: rows.map(({ effect }) => effect.low === null ? 0 : 100 * effect.lift - percent(effect.low)),
      color: lightColours.amber,
      thickness: 1.5,
      width: 5,
    },
    marker: {
      color: lightColours.amber,
      symbol: rows.map((_, k) => k === rows.length - 1 ? "diamond" : "circle"),
      size: rows.map((_, k) => k === rows.length - 1 ? 12 : 9),
    },
    cliponaxis: false,
  };
  const ends = rows.flatMap(({ effect }) => [effect.lift, effect.low ?? 0, effect.high ?? 0]);
  return makeFigure({
    title: `With a ${name}, sales are ${formatPercent(Math.abs(all.lift), 0)} ${all.lift < 0 ? "lower" : "higher"}` +
      (all.low === null ? "" : ` (${formatPercent(level, 0)} interval: ${interval(all)})`),
    subtitle: `${sentenceCase(name)} v. the same series${
      byWeekday.length > 0 ? " on the same weekday" : ""
    } without it; ${formatNumberOf(all.series, "series", "series")}, ${formatNumberOf(all.rows, "row")} with it`,
    height: Math.max(90, rows.length * 40),
    margins: { left: 24 },
    data: [point],
    layout: {
      xaxis: {
        title: { text: "Sales v. without it (%)" },
        ticksuffix: "\u00a0%",
        showgrid: true,
        zeroline: true,
        zerolinecolor: lightColours.muted,
        nticks: 7,
        range: [100 * Math.min(0, ...ends) * 1.15 - 2, 100 * Math.max(0, ...ends) * 1.15 + 2],
      },
      yaxis: {
        type: "category",
        autorange: "reversed",
        ticks: "",
        categoryorder: "array",
        categoryarray: rows.map(({ label }) => label),
      },
    },
    table: {
      columns: ["days", "effect", `${formatPercent(level, 0)} interval`, "series", "rows"],
      rows: rows.map(({ label, effect }) => [
        label,
        formatChange(effect.lift, 1),
        interval(effect),
        formatCount(effect.series),
        formatCount(effect.rows),
      ]),
    },
  });
}
