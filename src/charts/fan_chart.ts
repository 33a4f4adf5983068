/**
 * A forecast as a planner reads it: what was sold, what is expected, and how sure that is.
 *
 * @module
 */
import type { Data } from "plotly.js";
import type { Frequency } from "@/core/panel.ts";
import { calendarAxes } from "@/charts/calendar_axes.ts";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatDate, formatDates, formatSales } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** What is known about one day or week of a series. */
export interface FanDay {
  /** `YYYY-MM-DD` */
  readonly ds: string;
  /** Whether a promotion is on; no by default. */
  readonly promo?: boolean;
  /** Whether it is a holiday; no by default. */
  readonly holiday?: boolean;
  /** Whether the shop is closed; no by default. */
  readonly closed?: boolean;
}

/** A day of the past. */
export interface PastDay extends FanDay {
  /** What was sold; null where it is not known. */
  readonly y: number | null;
}

/** A day that is forecast. */
export interface FutureDay extends FanDay {
  /** What will be sold, in units of sales. */
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
  /** The finding, in one sentence without a full stop. */
  readonly title: string;
  /** What is known, in order of time. */
  readonly past: readonly PastDay[];
  /** What is forecast, in order of time, right after the past. */
  readonly future: readonly FutureDay[];
  /** What one unit of sales is: `EUR a day`. */
  readonly unit: string;
  /** Daily or weekly steps. */
  readonly frequency: Frequency;
}

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

  const datesWhere = (holds: (day: FanDay) => boolean | undefined) => dates(all.filter(holds));
  const closed = datesWhere(({ closed }) => closed);
  const { hatch, ticks, layout } = calendarAxes({
    promotions: datesWhere(({ promo }) => promo),
    holidays: datesWhere(({ holiday }) => holiday),
    closed,
    from,
    unit,
    frequency,
  });
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
    data: [...hatch.map((trace) => ({ ...trace, showlegend: false })), ...bands, ...ticks, ...lines],
    layout,
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
