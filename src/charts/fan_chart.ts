/**
 * A forecast as a planner reads it: what was sold, what is expected, and how sure that is.
 *
 * @module
 */
import type { Data, Layout } from "plotly.js";
import type { Frequency } from "@/core/panel.ts";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatDate, formatDates, formatSales } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** What is known about one day or week of a series. */
export interface FanDay {
  /** `YYYY-MM-DD` */
  readonly ds: string;
  readonly promo?: boolean;
  readonly holiday?: boolean;
  readonly closed?: boolean;
}

/** A day of the past. */
export interface PastDay extends FanDay {
  /** What was sold; null where it is not known. */
  readonly y: number | null;
}

/** A day that is forecast. */
export interface FutureDay extends FanDay {
  readonly forecast: number;
  /** Level in percent → where the interval begins and ends. */
  readonly intervals: Readonly<Record<number, readonly [lo: number, hi: number]>>;
  /** What was sold on the same day last year. */
  readonly lastYear?: number | null;
  /** The forecast before the plan was changed. */
  readonly base?: number;
}

/** A series with its forecast. */
export interface Fan {
  readonly title: string;
  readonly past: readonly PastDay[];
  readonly future: readonly FutureDay[];
  readonly unit: string;
  readonly frequency: Frequency;
}

const DAY = 86_400_000;
const BANDS: readonly (keyof typeof lightColours)[] = ["band50", "band80", "band95"];

/**
 * Draws a fan chart: the past in ink, the forecast in the accent colour inside its intervals (the widest faintest), last
 * year as a grey ghost; below, a strip with promotions and holidays; closed days are hatched.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { fanChart } from "@/charts/fan_chart.ts";
 *
 * const figure = fanChart({
 *   title: "Store 1 sells 110 a day",
 *   past: [{ ds: "2015-07-30", y: 100 }],
 *   future: [{ ds: "2015-07-31", forecast: 110, intervals: { 80: [90, 130] }, lastYear: 105 }],
 *   unit: "EUR a day",
 *   frequency: "1d",
 * });
 * expect(figure.table.columns).toEqual(["date", "sold", "forecast", "80\u00a0% interval", "a year before", "calendar"]);
 * expect(figure.table.rows[0]).toEqual(["31 Jul 2015", "–", "110", "90 to 130", "105", ""]);
 * ```
 */
export function fanChart({ title, past, future, unit, frequency }: Fan): Figure {
  const all: readonly FanDay[] = [...past, ...future];
  const from = future[0]?.ds ?? past.at(-1)!.ds;
  const open = future.filter(({ closed }) => !closed);
  const levels = Object.keys(future[0]?.intervals ?? {}).map(Number).sort((a, b) => b - a);
  const changed = future.some(({ base }) => base !== undefined);
  const dates = (days: readonly FanDay[]) => days.map(({ ds }) => ds);

  // Each interval is the area between two lines without width; closed days, which sell nothing, are bridged.
  const bands = levels.flatMap((level, at): Data[] => {
    const fill = lightColours[BANDS[levels.length - 1 - at] ?? "band95"];
    const edge = (side: 0 | 1) => open.map(({ intervals }) => intervals[level]?.[side] ?? null);
    const common = { type: "scatter", mode: "lines", x: dates(open), line: { width: 0 }, hoverinfo: "skip" } as const;
    return [
      { ...common, y: edge(0), showlegend: false },
      { ...common, y: edge(1), fill: "tonexty", fillcolor: fill, name: `${level}\u00a0%` },
    ] as Data[];
  });
  const line = (
    name: string,
    days: readonly FanDay[],
    y: (number | null)[],
    colour: string,
    style: {
      readonly width?: number;
      readonly dash?: "dot" | "dash";
      readonly size?: number;
      readonly hover?: string[];
    },
  ): Data => ({
    type: "scatter",
    mode: style.size === undefined ? "lines" : "lines+markers",
    name,
    x: dates(days),
    y,
    hovertemplate: style.hover === undefined ? "%{y:,.0f}" : "%{y:,.0f}%{customdata}",
    ...(style.hover === undefined ? {} : { customdata: style.hover }),
    line: { color: colour, width: style.width ?? 1.5, ...(style.dash ? { dash: style.dash } : {}) },
    ...(style.size === undefined ? {} : { marker: { color: colour, size: style.size } }),
  } as Data);
  // The 80 % interval stands in the hover, or the first there is.
  const told = levels.includes(80) ? 80 : levels[0];
  const range = ({ intervals }: FutureDay) => {
    const interval = told === undefined ? undefined : intervals[told];
    return interval === undefined
      ? ""
      : ` (${told}\u00a0%: ${formatSales(interval[0])} to ${formatSales(interval[1])})`;
  };
  const lines: Data[] = [
    ...(future.some(({ lastYear }) => typeof lastYear === "number")
      ? [
        line(
          "a year before",
          future,
          future.map((day) => day.closed ? null : day.lastYear ?? null),
          lightColours.ghost,
          {
            dash: "dot",
          },
        ),
      ]
      : []),
    line("sold", past, past.map(({ y, closed }) => closed ? null : y), lightColours.ink, { size: 4 }),
    ...(changed
      ? [line("as planned", future, future.map((day) => day.closed ? null : day.base ?? null), lightColours.ghost, {
        dash: "dash",
      })]
      : []),
    line(changed ? "changed plan" : "forecast", open, open.map(({ forecast }) => forecast), lightColours.accent, {
      width: 2,
      size: 5,
      hover: open.map(range),
    }),
  ];

  const strip = [
    { label: "promotion", days: all.filter(({ promo }) => promo), color: lightColours.amber, symbol: "line-ns-open" },
    { label: "holiday", days: all.filter(({ holiday }) => holiday), color: lightColours.violet, symbol: "diamond" },
  ].filter(({ days }) => days.length > 0);
  const ticks = strip.map(({ label, days, color, symbol }) => ({
    type: "scatter",
    mode: "markers",
    name: label,
    x: dates(days),
    y: days.map(() => label),
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
  const closed = all.filter(({ closed }) => closed);
  const hatch = closed.length === 0 ? [] : [{
    type: "bar",
    name: "closed",
    x: dates(closed),
    y: closed.map(() => 1),
    width: frequency === "1w" ? 7 * DAY : DAY,
    yaxis: "y3",
    hovertemplate: "closed<extra></extra>",
    showlegend: false,
    marker: {
      color: lightColours.surface,
      line: { width: 0 },
      pattern: { shape: "/", size: 6, solidity: 0.25, fgcolor: lightColours.hatch, bgcolor: lightColours.surface },
    },
  } as Data];
  const domain = strip.length > 0 ? [0.06 + 0.06 * strip.length, 1] : [0, 1];
  const words = (day: FanDay) =>
    [day.promo && "promotion", day.holiday && "holiday", day.closed && "closed"].filter((word) => word).join(", ");
  const ghosts = future.some(({ lastYear }) => typeof lastYear === "number");
  return makeFigure({
    title,
    subtitle: `${unit}, ${formatDates(all[0]!.ds, all.at(-1)!.ds)}` +
      (levels.length > 0 ? `; bands hold ${levels.toReversed().join(", ")}\u00a0% of outcomes` : "") +
      (closed.length > 0 ? "; hatched: closed" : ""),
    height: 360,
    margins: { left: 72, bottom: 44 },
    data: [...hatch, ...bands, ...ticks, ...lines],
    layout: {
      showlegend: true,
      hovermode: "x unified",
      ...(closed.length > 0 ? { bargap: 0 } : {}),
      xaxis: {
        type: "date",
        anchor: strip.length > 0 ? "y2" : "y",
        hoverformat: frequency === "1w" ? "week of %Y-%m-%d" : "%a %Y-%m-%d",
        tickformatstops: [
          { dtickrange: [null, 7 * DAY], value: "%-d %b\n%Y" },
          { dtickrange: [7 * DAY, "M1"], value: "%-d %b\n%Y" },
          { dtickrange: ["M1", "M12"], value: "%b\n%Y" },
          { dtickrange: ["M12", null], value: "%Y" },
        ] as never,
        nticks: 9,
      },
      yaxis: { title: { text: `Sales (${unit})` }, tickformat: ",~s", rangemode: "tozero", domain, nticks: 6 },
      // An axis that nothing is drawn on is one that Plotly complains of.
      ...(strip.length > 0 && {
        yaxis2: {
          type: "category",
          domain: [0, 0.06 * strip.length],
          showgrid: false,
          ticks: "",
          range: [-0.5, strip.length - 0.5],
          categoryorder: "array",
          categoryarray: strip.map(({ label }) => label),
          tickfont: { size: 12 },
        },
      }),
      ...(closed.length > 0
        ? { yaxis3: { domain, overlaying: "y", range: [0, 1], visible: false, fixedrange: true } }
        : {}),
      shapes: [{
        type: "line",
        x0: from,
        x1: from,
        y0: domain[0]!,
        y1: 1,
        yref: "paper",
        line: { color: lightColours.accent, width: 1 },
      }],
    } as Partial<Layout>,
    table: {
      columns: [
        "date",
        "sold",
        ...(changed ? ["as planned", "changed plan"] : ["forecast"]),
        ...(told === undefined ? [] : [`${told}\u00a0% interval`]),
        ...(ghosts ? ["a year before"] : []),
        "calendar",
      ],
      rows: future.map((day) => [
        formatDate(day.ds),
        "–",
        ...(changed ? [formatSales(day.base)] : []),
        formatSales(day.forecast),
        ...(told === undefined ? [] : [intervalText(day.intervals[told])]),
        ...(ghosts ? [formatSales(day.lastYear)] : []),
        words(day),
      ]),
    },
  });
}

function intervalText(interval: readonly [number, number] | undefined): string {
  return interval === undefined ? "–" : plainText(`${formatSales(interval[0])} to ${formatSales(interval[1])}`);
}
