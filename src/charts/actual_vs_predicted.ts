/**
 * One series over time: what was sold, what was forecast, and what the calendar says about it.
 *
 * @module
 */
import type { Data, Layout } from "plotly.js";
import type { Frequency } from "@/core/panel.ts";
import { calendarAxes } from "@/charts/calendar_axes.ts";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatChange, formatDate, formatDates, formatSales } from "@/charts/format.ts";
import { modelName, modelStyles, type Roles, sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** A series with its forecasts. All arrays have one value per date. */
export interface SeriesHistory {
  /** The series' id in the panel: `1`. */
  readonly id: string;
  /** What people call it, if that is not its id: `store 1, type c`. */
  readonly label?: string;
  /** Dates, `YYYY-MM-DD`, in order. */
  readonly ds: readonly string[];
  /** What was sold; null where it is not known. */
  readonly y: readonly (number | null)[];
  /** Whether a promotion was on; left out where the dataset knows none. */
  readonly promo?: readonly boolean[];
  /** Whether the series was closed; left out where the dataset knows no opening days. */
  readonly closed?: readonly boolean[];
  /** Whether it was a holiday; left out where the dataset knows none. */
  readonly holiday?: readonly boolean[];
  /** Model → forecasts; null where it made none. */
  readonly predictions: Readonly<Record<string, readonly (number | null)[]>>;
}

/**
 * The last steps of a series: a forecast of six weeks is hardly seen beside a year of sales.
 *
 * @param steps How many steps are kept.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lastSteps } from "@/charts/actual_vs_predicted.ts";
 *
 * const series = { id: "1", ds: ["2015-07-30", "2015-07-31"], y: [5, 6], predictions: { naive: [null, 7] } };
 * expect(lastSteps(series, 1)).toEqual({ id: "1", ds: ["2015-07-31"], y: [6], predictions: { naive: [7] } });
 * ```
 */
export function lastSteps(
  { ds, y, promo, closed, holiday, predictions, ...named }: SeriesHistory,
  steps: number,
): SeriesHistory {
  const last = <Value>(values: readonly Value[]) => values.slice(Math.max(0, ds.length - steps));
  return {
    ...named,
    ds: last(ds),
    y: last(y),
    ...promo && { promo: last(promo) },
    ...closed && { closed: last(closed) },
    ...holiday && { holiday: last(holiday) },
    predictions: Object.fromEntries(Object.entries(predictions).map(([model, values]) => [model, last(values)])),
  };
}

const DAY = 86_400_000;

/** Dates as Plotly takes them: start and step when they are evenly spaced (a tenth of the bytes), one by one otherwise. */
function dateAxis(ds: readonly string[]): { x0: string; dx: number } | { x: string[] } {
  const times = ds.map((date) => Date.parse(date));
  const dx = times[1] !== undefined ? times[1] - times[0]! : DAY;
  const even = times.every((time, i) => i === 0 || time - times[i - 1]! === dx);
  return even && ds.length > 0 ? { x0: ds[0]!, dx } : { x: [...ds] };
}

/** The part of a forecast from its first to its last value: the rest is not worth the bytes. */
function forecastSpan(values: readonly (number | null)[]): { from: number; to: number } | undefined {
  const from = values.findIndex((value) => value !== null);
  return from < 0 ? undefined : { from, to: values.findLastIndex((value) => value !== null) + 1 };
}

function round(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}

function total(values: readonly (number | null)[], rows: readonly number[]): number {
  return rows.reduce((sum, i) => sum + (values[i] ?? 0), 0);
}

function finding(series: SeriesHistory, rows: readonly number[], champion: string, name: string): string {
  const forecast = series.predictions[champion];
  const known = rows.filter((i) => typeof series.y[i] === "number" && typeof forecast?.[i] === "number");
  const sold = total(series.y, known);
  if (!forecast || known.length === 0 || sold <= 0) return `${name}: sales, and what ${modelName(champion)} forecasts`;
  const change = total(forecast, known) / sold - 1;
  const span = formatDates(series.ds[known[0]!]!, series.ds[known.at(-1)!]!);
  if (Math.abs(change) < 0.005) return `${name}: the forecast for ${span} adds up to what was sold`;
  return `${name}: the forecast for ${span} adds up to ${formatChange(Math.abs(change), 1).slice(1)} ${
    change > 0 ? "more" : "less"
  } than was sold`;
}

/**
 * Draws a series: history in ink, the champion's forecast in the accent colour, seasonal naive as a grey ghost; below, a
 * strip with promotions and holidays; closed days are hatched.
 *
 * Only champion and baseline are shown at first; the other models are there to be switched on.
 *
 * @param options `from` is the first forecast date, which is marked; `models` lists all models of the page, so that each
 * keeps its style; `unit` is what one unit of sales is: `EUR a day`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { actualVsPredicted } from "@/charts/actual_vs_predicted.ts";
 *
 * const series = {
 *   id: "1",
 *   ds: ["2015-07-30", "2015-07-31"],
 *   y: [100, 100],
 *   predictions: { lightgbm: [null, 110], naive: [null, 90] },
 * };
 * const options = { champion: "lightgbm", baseline: "naive", from: "2015-07-31", unit: "EUR a day" };
 * const figure = actualVsPredicted(series, { ...options, frequency: "1d" });
 * expect(figure.title).toContain("10.0\u00a0% more than was sold");
 * ```
 */
export function actualVsPredicted(
  series: SeriesHistory,
  { champion, baseline, from, unit, frequency, models = Object.keys(series.predictions) }: Roles & {
    readonly from: string;
    readonly unit: string;
    readonly frequency: Frequency;
    readonly models?: readonly string[];
  },
): Figure {
  const name = sentenceCase(series.label ?? `series ${series.id}`);
  const styles = modelStyles(models, { champion, baseline });
  const closed = (i: number) => series.closed?.[i] === true;
  // A closed day sells nothing, which the hatch says: a line that dives to zero every Sunday would hide the rest.
  const open = (values: readonly (number | null)[], offset = 0) =>
    values.map((value, k) => closed(k + offset) ? null : round(value));
  const marked = (flags: readonly boolean[] | undefined) => series.ds.filter((_, i) => flags?.[i] === true);
  const rows = series.ds.map((_, i) => i).filter((i) => series.ds[i]! >= from);
  const hatched = marked(series.closed);
  const axes = calendarAxes({
    promotions: marked(series.promo),
    holidays: marked(series.holiday),
    closed: hatched,
    from,
    unit,
    frequency,
  });

  const inOrder = [baseline, ...models.filter((model) => model !== champion && model !== baseline), champion]
    .filter((model, i, all) => all.indexOf(model) === i);
  const forecasts = inOrder.flatMap((model): Data[] => {
    const values = series.predictions[model];
    const span = values && forecastSpan(values);
    if (!span || !styles[model]) return [];
    const style = styles[model];
    return [{
      type: "scatter",
      mode: model === baseline ? "lines" : "lines+markers",
      name: plainText(modelName(model)),
      // Names the model to a page that lets its reader choose one.
      legendgroup: model,
      ...dateAxis(series.ds.slice(span.from, span.to)),
      y: open(values.slice(span.from, span.to), span.from),
      visible: model === champion || model === baseline ? true : "legendonly",
      hovertemplate: "%{y:,.0f}",
      line: { color: style.color, dash: style.dash, width: style.width },
      ...(model === baseline ? {} : { marker: { color: style.color, symbol: style.symbol, size: 5 } }),
    } as Data];
  });
  const actual = {
    type: "scatter",
    mode: "lines+markers",
    name: "actual",
    ...dateAxis(series.ds),
    y: open(series.y),
    hovertemplate: "%{y:,.0f}",
    line: { color: lightColours.ink, width: 1.5 },
    marker: { color: lightColours.ink, size: 4 },
  } as Data;
  const last = series.ds.at(-1) ?? from;
  const layout: Partial<Layout> = {
    ...axes.layout,
    // Said even where there is no strip: the page may have drawn a series with one before.
    yaxis2: axes.layout.yaxis2 ?? { visible: false },
    yaxis: { ...axes.layout.yaxis, zeroline: series.y.some((value) => (value ?? 0) < 0) },
    annotations: [{
      text: `forecast from ${formatDate(from)}`,
      x: from,
      xanchor: "right",
      xshift: -4,
      y: 1,
      yref: "paper",
      yanchor: "top",
      showarrow: false,
      bgcolor: lightColours.surface,
      font: { color: lightColours.accent, size: 12 },
    }],
  };
  const tabled = inOrder.toReversed().filter((model) => series.predictions[model] !== undefined);
  const words = (i: number) =>
    [series.promo?.[i] && "promotion", series.holiday?.[i] && "holiday", closed(i) && "closed"]
      .filter((word) => word).join(", ");
  return makeFigure({
    title: finding(series, rows, champion, name),
    subtitle: `Sales in ${unit}, ${formatDates(series.ds[0] ?? from, last)}` +
      (hatched.length > 0 ? "; hatched: closed" : ""),
    height: 360,
    margins: { left: 72, bottom: 44 },
    // The hatch first, so that everything else lies over it.
    data: [...axes.hatch, ...axes.ticks, actual, ...forecasts],
    layout,
    table: {
      columns: ["date", "actual", ...tabled.map(modelName), ...(axes.spoken ? ["calendar"] : [])],
      rows: rows.map((i) => [
        formatDate(series.ds[i]!),
        formatSales(series.y[i]),
        ...tabled.map((model) => formatSales(series.predictions[model]?.[i])),
        ...(axes.spoken ? [words(i)] : []),
      ]),
    },
  });
}
