/**
 * The figures of the page about drift.
 *
 * @module
 */
import type { DriftColumn, DriftData, Errors } from "@/charts/drift_report/drift_data.ts";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatDate, formatDates, formatPercent, formatSales } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

type Performance = NonNullable<DriftData["performance"]>;

/** A column's name in words. */
export const wordsOf = (name: string): string => name.replace(/^y(?=_|$)/, "sales").replaceAll("_", " ");

/** A column's distribution before and now, side by side. */
export function shapeFigure(
  name: string,
  { shape, verdict, method, value, threshold }: DriftColumn,
): Figure | undefined {
  if (shape === undefined) return undefined;
  const { labels, reference, current } = shape, title = wordsOf(name);
  const bars = (series: string, y: readonly number[], color: string, pattern?: string) => ({
    type: "bar" as const,
    name: series,
    x: labels.map(String),
    y: [...y],
    marker: { color, ...pattern === undefined ? {} : { pattern: { shape: pattern as "/" } } },
    hovertemplate: "%{y:.1%}",
  });
  return makeFigure({
    title: `${title[0]!.toUpperCase()}${title.slice(1)}: ${verdict}`,
    subtitle: value === null
      ? method
      : `${method} ${value.toPrecision(3)}, unusual from ${threshold.toPrecision(3)} on`,
    height: 180,
    data: [
      bars("before", reference, lightColours.ghost, "/"),
      bars("now", current, lightColours.accent),
    ],
    layout: {
      barmode: "group",
      showlegend: true,
      xaxis: { type: "category", nticks: 8, title: { text: title } },
      yaxis: { title: { text: "share of rows" }, tickformat: ".0%", rangemode: "tozero" },
    },
    table: {
      columns: [title, "before", "now"],
      rows: labels.map((label, at) => [String(label), formatPercent(reference[at]!), formatPercent(current[at]!)]),
    },
  });
}

const MEASURES = { mape: "Mean absolute percentage error", wape: "Absolute errors as a share of sales" } as const;

/** What errors are told by: what the baseline was measured in. */
export const measureOf = ({ baseline }: Pick<Performance, "baseline">): keyof typeof MEASURES =>
  baseline?.measure ?? "mape";

/** Errors lately, and where they were when the model was judged. */
export function errorsFigure({ rolling, baseline, concept }: Performance): Figure {
  const measure = measureOf({ baseline });
  const missed = (row: Errors) => formatPercent(row[measure]);
  const last = rolling.at(-1)!, above = baseline === null ? undefined : (last[measure] ?? 0) / baseline.mean - 1;
  const title = concept?.drifted
    ? `The error is ${formatPercent(concept.ratio! - 1, 0)} above its baseline since ${formatDate(concept.since!)}`
    : above === undefined
    ? `Forecasts miss by ${missed(last)} lately`
    : `Forecasts miss by ${missed(last)} lately, ${formatPercent(baseline!.mean)} when the model was judged`;
  return makeFigure({
    title,
    subtitle: `${MEASURES[measure]} of the steps up to each date`,
    height: 220,
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "error",
        x: rolling.map(({ ds }) => ds),
        y: rolling.map((row) => row[measure] ?? null),
        line: { color: lightColours.accent, width: 2 },
      },
      ...baseline === null ? [] : [{
        type: "scatter" as const,
        mode: "lines" as const,
        name: "baseline",
        x: [rolling[0]!.ds, last.ds],
        y: [baseline.mean, baseline.mean],
        line: { color: lightColours.ghost, width: 1, dash: "dash" as const },
      }],
    ],
    layout: {
      showlegend: true,
      xaxis: { type: "date", nticks: 8 },
      yaxis: { title: { text: measure.toUpperCase() }, tickformat: ".0%", rangemode: "tozero" },
    },
    table: {
      columns: ["date", "error", "bias", "rows"],
      rows: rolling.map((row) => [formatDate(row.ds), missed(row), formatPercent(row.bias), String(row.rows)]),
    },
  });
}

/** Predicted and actual by date, and the errors between them; nothing for a single date. */
export function datesFigures({ regression: { days = [] } }: Performance, unit: string): Figure[] {
  if (days.length < 2) return [];
  const x = days.map(({ ds }) => ds);
  const line = (name: string, y: number[], color: string, width = 2) => ({
    type: "scatter" as const,
    mode: "lines" as const,
    name,
    x,
    y,
    line: { color, width },
  });
  const far = days.reduce((most, day) => Math.abs(day.yHat - day.y) > Math.abs(most.yHat - most.y) ? day : most);
  const off = far.yHat - far.y, axis = { type: "date" as const, nticks: 8 };
  return [
    makeFigure({
      title: `Forecasts are farthest off on ${formatDate(far.ds)}: ${formatSales(Math.abs(off))} too ${
        off > 0 ? "high" : "low"
      }`,
      subtitle: `Means of all series by date, in ${unit}`,
      height: 240,
      data: [
        line("sold", days.map(({ y }) => y), lightColours.ink),
        line("forecast", days.map(({ yHat }) => yHat), lightColours.accent),
      ],
      layout: { showlegend: true, xaxis: axis, yaxis: { title: { text: unit }, rangemode: "tozero" } },
      table: {
        columns: ["date", "sold", "forecast", "rows"],
        rows: days.map(({ ds, y, yHat, rows }) => [formatDate(ds), formatSales(y), formatSales(yHat), String(rows)]),
      },
    }),
    makeFigure({
      title: "Errors by date",
      subtitle: `Forecast minus sold, in ${unit}: the mean, and where a tenth of the series are below and above`,
      height: 240,
      data: [
        line("nine tenths below", days.map(({ high }) => high), lightColours.ghost, 1),
        line("mean", days.map(({ y, yHat }) => yHat - y), lightColours.accent),
        line("one tenth below", days.map(({ low }) => low), lightColours.ghost, 1),
      ],
      layout: { showlegend: true, xaxis: axis, yaxis: { title: { text: unit }, zeroline: true } },
      table: {
        columns: ["date", "mean error", "one tenth below", "nine tenths below"],
        rows: days.map(({ ds, y, yHat, low, high }) => [formatDate(ds), ...[yHat - y, low, high].map(formatSales)]),
      },
    }),
  ];
}

/** Predicted beside actual; how errors are spread; whether they are normal. */
export function regressionFigures(
  { regression: { sample, errors, normality, quality } }: Performance,
  unit: string,
): Figure[] {
  const most = sample.reduce((top, { y, yHat }) => Math.max(top, y, yHat), 0);
  const low = errors.edges[0]!, step = errors.edges[1]! - low;
  const line = (from: number, to: number) => ({
    type: "scatter" as const,
    mode: "lines" as const,
    name: "exact",
    x: [from, to],
    y: [from, to],
    line: { color: lightColours.ghost, width: 1, dash: "dash" as const },
    hoverinfo: "skip" as const,
  });
  const dots = (name: string, x: number[], y: number[]) => ({
    type: "scatter" as const,
    mode: "markers" as const,
    name,
    x,
    y,
    marker: { color: lightColours.accent, size: 5, opacity: 0.5 },
  });
  const { meanError: mean, r2 } = quality;
  return [
    makeFigure({
      title: r2 === null ? "Forecast and sold" : `Forecasts tell ${formatPercent(r2, 0)} of how sales vary`,
      subtitle: `Each dot a row, ${sample.length} of them spread evenly by their error, in ${unit}`,
      height: 260,
      data: [dots("forecast", sample.map(({ y }) => y), sample.map(({ yHat }) => yHat)), line(0, most)],
      layout: { xaxis: { title: { text: "sold" } }, yaxis: { title: { text: "forecast" } } },
      table: { columns: [], rows: [] },
    }),
    makeFigure({
      title: `Forecasts are ${formatSales(Math.abs(mean))} too ${mean > 0 ? "high" : "low"} on average`,
      subtitle: `Forecast minus sold, in ${unit}`,
      height: 260,
      data: [{
        type: "bar",
        x: errors.counts.map((_, at) => low + (at + 0.5) * step),
        y: [...errors.counts],
        marker: { color: lightColours.accent },
      }],
      layout: { bargap: 0.05, xaxis: { title: { text: "error" } }, yaxis: { title: { text: "rows" } } },
      table: {
        columns: ["error from", "rows"],
        rows: errors.counts.map((count, at) => [formatSales(low + at * step), String(count)]),
      },
    }),
    makeFigure({
      title: "Errors beside those of a normal distribution",
      subtitle: "Quantiles; on the line where errors are normal",
      height: 260,
      data: [
        dots("quantile", normality.map(({ expected }) => expected), normality.map(({ found }) => found)),
        line(normality[0]?.expected ?? 0, normality.at(-1)?.expected ?? 0),
      ],
      layout: { xaxis: { title: { text: "normal" } }, yaxis: { title: { text: "found" } } },
      table: { columns: [], rows: [] },
    }),
  ];
}

/** The newest forecasts by day. */
export function predictionsFigure({ daily, origin }: NonNullable<DriftData["predictions"]>, unit: string): Figure {
  const all = daily.filter(({ group }) => group === "all"), days = all.map(({ ds }) => ds);
  const mean = all.reduce((sum, row) => sum + row.mean, 0) / all.length;
  return makeFigure({
    title: `Forecasts from ${formatDate(origin)} on are ${formatSales(mean)} on average`,
    subtitle: `Mean of all series by day, and the middle four fifths of them, in ${unit}`,
    height: 220,
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "nine tenths below",
        x: days,
        y: all.map(({ p90 }) => p90),
        line: { color: lightColours.ghost, width: 1 },
      },
      {
        type: "scatter",
        mode: "lines",
        name: "mean",
        x: days,
        y: all.map((row) => row.mean),
        line: { color: lightColours.accent, width: 2 },
      },
      {
        type: "scatter",
        mode: "lines",
        name: "one tenth below",
        x: days,
        y: all.map(({ p10 }) => p10),
        line: { color: lightColours.ghost, width: 1 },
      },
    ],
    layout: {
      showlegend: true,
      xaxis: { type: "date", nticks: 8 },
      yaxis: { title: { text: unit }, rangemode: "tozero" },
    },
    table: {
      columns: ["date", "mean", "one tenth below", "nine tenths below"],
      rows: all.map((row) => [formatDate(row.ds), formatSales(row.mean), formatSales(row.p10), formatSales(row.p90)]),
    },
  });
}

/** The error to come, by how far ahead. */
export function expectedFigure(
  { bands, calibration, expected, usual, from, to }: NonNullable<DriftData["expected"]>,
): Figure {
  const ghost = { color: lightColours.ghost };
  return makeFigure({
    title: `The error to come is estimated at ${formatPercent(expected)}; ${formatPercent(usual)} is usual`,
    subtitle: `MAPE by steps ahead, ${
      formatDates(from, to)
    }; hatched: what the last known forecast was estimated at and what came`,
    height: 220,
    data: [
      {
        type: "bar",
        name: "to come",
        x: bands.map(({ band }) => band),
        y: bands.map((row) => row.expected),
        marker: { color: lightColours.accent },
      },
      {
        type: "bar",
        name: "last time, estimated",
        x: calibration.map(({ band }) => band),
        y: calibration.map((row) => row.expected),
        marker: { ...ghost, pattern: { shape: "/" } },
      },
      {
        type: "bar",
        name: "last time, found",
        x: calibration.map(({ band }) => band),
        y: calibration.map(({ found }) => found),
        marker: ghost,
      },
    ],
    layout: {
      barmode: "group",
      showlegend: true,
      xaxis: { type: "category", title: { text: "steps ahead" } },
      yaxis: { title: { text: "MAPE" }, tickformat: ".0%", rangemode: "tozero" },
    },
    table: {
      columns: ["steps ahead", "to come", "last time, estimated", "last time, found"],
      rows: bands.map(({ band, expected: own }) => {
        const last = calibration.find((row) => row.band === band);
        return [band, formatPercent(own), formatPercent(last?.expected), formatPercent(last?.found)];
      }),
    },
  });
}
