/**
 * Time as a planner sees it: dates below, a strip with promotions and holidays, closed days hatched.
 *
 * @module
 */
import type { Data, Layout } from "plotly.js";
import type { Frequency } from "@/core/panel.ts";
import { lightColours } from "@/charts/theme.ts";

/** What the calendar says of the days of a chart, as dates `YYYY-MM-DD`. */
export interface CalendarDays {
  /** Days with a promotion. */
  readonly promotions: readonly string[];
  /** Days that are holidays. */
  readonly holidays: readonly string[];
  /** Days on which the shop is closed. */
  readonly closed: readonly string[];
  /** The first date that is forecast; it is marked. */
  readonly from: string;
  /** What one unit of sales is: `EUR a day`. */
  readonly unit: string;
  /** Daily or weekly: a step of a weekly chart is a week wide. */
  readonly frequency: Frequency;
}

/** Traces and layout of a calendar; lines over it are the chart's own. */
export interface CalendarAxes {
  /** Lies under everything else. */
  readonly hatch: readonly Data[];
  /** Promotions and holidays. */
  readonly ticks: readonly Data[];
  /** The axes, and the line at `from`. */
  readonly layout: Partial<Layout>;
  /** Whether the calendar says anything at all. */
  readonly spoken: boolean;
}

const DAY = 86_400_000;

/**
 * Makes the axes of a chart over time. Sales stand on `y`; the strip takes `y2`, and the hatch `y3`, where there is
 * something to draw: Plotly complains of an axis that no trace is on.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarAxes } from "@/charts/calendar_axes.ts";
 *
 * const days = { promotions: ["2015-07-30"], holidays: [], closed: [], from: "2015-07-31" };
 * const { ticks, hatch, layout } = calendarAxes({ ...days, unit: "EUR a day", frequency: "1d" });
 * expect([ticks.length, hatch.length]).toEqual([1, 0]);
 * expect(layout.yaxis2?.categoryarray).toEqual(["promotion"]);
 * ```
 */
export function calendarAxes({ promotions, holidays, closed, from, unit, frequency }: CalendarDays): CalendarAxes {
  const strip = [
    { label: "promotion", dates: promotions, color: lightColours.amber, symbol: "line-ns-open" as const },
    { label: "holiday", dates: holidays, color: lightColours.violet, symbol: "diamond" as const },
  ].filter(({ dates }) => dates.length > 0);
  const ticks = strip.map(({ label, dates, color, symbol }) => ({
    type: "scatter",
    mode: "markers",
    name: label,
    x: dates,
    y: dates.map(() => label),
    yaxis: "y2",
    hovertemplate: `${label}<extra></extra>`,
    showlegend: false,
    marker: {
      color,
      symbol,
      size: symbol === "diamond" ? 7 : 10,
      line: { color, width: symbol === "diamond" ? 0 : 2 },
    },
  } as Data));
  const hatch = closed.length === 0 ? [] : [{
    type: "bar",
    name: "closed",
    x: closed,
    y: closed.map(() => 1),
    width: frequency === "1w" ? 7 * DAY : DAY,
    yaxis: "y3",
    hovertemplate: "closed<extra></extra>",
    marker: {
      color: lightColours.surface,
      line: { width: 0 },
      pattern: { shape: "/", size: 6, solidity: 0.25, fgcolor: lightColours.hatch, bgcolor: lightColours.surface },
    },
  } as Data];
  const domain = strip.length > 0 ? [0.06 + 0.06 * strip.length, 1] : [0, 1];
  const layout = {
    showlegend: true,
    hovermode: "x unified",
    ...(closed.length > 0 && { bargap: 0 }),
    xaxis: {
      type: "date",
      anchor: strip.length > 0 ? "y2" : "y",
      hoverformat: frequency === "1w" ? "week of %Y-%m-%d" : "%a %Y-%m-%d",
      tickformatstops: [
        { dtickrange: [null, 7 * DAY], value: "%-d %b\n%Y" },
        { dtickrange: [7 * DAY, "M1"], value: "%-d %b\n%Y" },
        { dtickrange: ["M1", "M12"], value: "%b\n%Y" },
        { dtickrange: ["M12", null], value: "%Y" },
      ],
      nticks: 9,
    },
    yaxis: { title: { text: `Sales (${unit})` }, tickformat: ",~s", rangemode: "tozero", domain, nticks: 6 },
    ...(strip.length > 0 && {
      yaxis2: {
        type: "category",
        domain: [0, 0.06 * strip.length],
        visible: true,
        showgrid: false,
        ticks: "",
        range: [-0.5, strip.length - 0.5],
        categoryorder: "array",
        categoryarray: strip.map(({ label }) => label),
        tickfont: { size: 12 },
      },
    }),
    ...(closed.length > 0 && {
      yaxis3: { domain, overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
    }),
    shapes: [{
      type: "line",
      x0: from,
      x1: from,
      y0: domain[0]!,
      y1: 1,
      yref: "paper",
      line: { color: lightColours.accent, width: 1 },
    }],
  } as unknown as Partial<Layout>;
  return { hatch, ticks, layout, spoken: strip.length > 0 || closed.length > 0 };
}
