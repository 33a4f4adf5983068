/**
 * Where the error is: the deciding metric by weekday, store type, or any other slice.
 *
 * @module
 */
import type { Data } from "plotly.js";
import type { MetricName } from "@/core/metric.ts";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatNumberOf, levelName } from "@/charts/format.ts";
import { badness, formatMetric, METRIC_WORDS, metricAxis } from "@/charts/metric_words.ts";
import { modelName, modelStyles, type Roles, sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** The rows of one level of a slice, and each model's error on them. */
export interface SliceLevel {
  /** The column's value, as the panel has it: `1` for Mondays. */
  readonly level: string;
  /** Rows of the level that were scored. */
  readonly rows: number;
  /** Model → the deciding metric; null where it is undefined. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Errors by the levels of one column. */
export interface ErrorSlice {
  /** The column: `day_of_week`. */
  readonly slice: string;
  /** As people say it: `day of the week`. */
  readonly title: string;
  /** The levels that occur, each with its rows and errors. */
  readonly levels: readonly SliceLevel[];
}

/** More levels than this are too many to read; those with the fewest rows are left to the table. */
const MAX_LEVELS = 20;

function hardest(
  levels: readonly { name: string; value: number | null | undefined }[],
  metric: MetricName,
  slice: ErrorSlice,
): string {
  const scored = levels.filter(({ value }) => Number.isFinite(badness(metric, value)))
    .toSorted((a, b) => badness(metric, b.value) - badness(metric, a.value));
  const worst = scored[0], best = scored.at(-1);
  if (!worst || !best) return `No error is known by ${slice.title}`;
  if (worst === best) {
    return `Nothing to compare: every row has “${slice.title}: ${worst.name}”; its error is ${
      formatMetric(metric, worst.value)
    }`;
  }
  if (badness(metric, worst.value) <= badness(metric, best.value) * 1.05) {
    return `The error is about the same for every ${slice.title}`;
  }
  const name = /^(\S{1,3}|none)$|^\d/.test(worst.name) ? `${slice.title} ${worst.name}` : worst.name;
  return `${sentenceCase(name)} is hardest to forecast: ${formatMetric(metric, worst.value)}, against ${
    formatMetric(metric, best.value)
  } for ${best.name}`;
}

/**
 * Draws the champion's error beside the baseline's for every level of a slice.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { errorBy } from "@/charts/error_by.ts";
 *
 * const levels = [
 *   { level: "1", rows: 10, values: { a: 0.1, b: 0.2 } },
 *   { level: "7", rows: 10, values: { a: 0.3, b: 0.4 } },
 * ];
 * const slice = { slice: "day_of_week", title: "weekday", levels };
 * const figure = errorBy(slice, { metric: "mape", champion: "a", baseline: "b" });
 * expect(figure.title).toBe("Sunday is hardest to forecast: 30.0\u00a0%, against 10.0\u00a0% for Monday");
 * ```
 */
export function errorBy(
  slice: ErrorSlice,
  { metric, champion, baseline, unit }: Roles & { readonly metric: MetricName; readonly unit?: string },
): Figure {
  const axis = metricAxis(metric, unit);
  const styles = modelStyles([champion, baseline], { champion, baseline });
  const models = [...new Set([baseline, champion])];
  const levels = slice.levels.map((level) => ({ ...level, name: levelName(slice.slice, level.level) }));
  const most = new Set(levels.toSorted((a, b) => b.rows - a.rows).slice(0, MAX_LEVELS));
  const drawn = levels.filter((level) => most.has(level));
  const scaled = (level: SliceLevel, model: string) => {
    const value = level.values[model];
    return value === null || value === undefined ? null : value * axis.scale;
  };
  const all = drawn.flatMap((level) => models.map((model) => scaled(level, model) ?? 0));
  const names = drawn.map((level) => plainText(level.name));
  // The number stands on the side that the line to the baseline does not take.
  const sides = drawn.map((level) =>
    (scaled(level, champion) ?? 0) > (scaled(level, baseline) ?? Infinity) ? "middle right" : "middle left"
  ) as unknown as "middle left";
  const between: Data = {
    type: "scatter",
    mode: "lines",
    // One stroke per level: from the baseline's dot to the champion's, then a gap.
    x: drawn.flatMap((level) => [scaled(level, baseline), scaled(level, champion), null]),
    y: names.flatMap((name) => [name, name, null as unknown as string]),
    line: { color: lightColours.hatch, width: 2 },
    hoverinfo: "skip",
    showlegend: false,
  };
  const unread = levels.length - drawn.length;
  return makeFigure({
    title: hardest(levels.map((level) => ({ name: level.name, value: level.values[champion] })), metric, slice),
    subtitle: `${METRIC_WORDS[metric].label} by ${slice.title}, ${
      formatNumberOf(levels.reduce((sum, level) => sum + level.rows, 0), "row")
    }` + (unread > 0 ? `; the table has ${formatNumberOf(unread, "more level")}` : ""),
    height: Math.max(3, drawn.length) * 30,
    margins: { left: 24 },
    data: [
      between,
      ...models.map((model): Data => ({
        type: "scatter",
        mode: model === champion ? "text+markers" : "markers",
        name: plainText(modelName(model)),
        x: drawn.map((level) =>
          scaled(level, model)
        ),
        y: names,
        text: drawn.map((level) => formatMetric(metric, level.values[model])),
        ...(model === champion ? { textposition: sides } : {}),
        hovertemplate: "%{y}: %{text}<extra>%{fullData.name}</extra>",
        marker: {
          color: styles[model]!.color,
          symbol: styles[model]!.symbol,
          size: model === champion ? 11 : 9,
          line: { width: 1.5, color: styles[model]!.color },
        },
        cliponaxis: false,
      })),
    ],
    layout: {
      showlegend: true,
      xaxis: {
        title: { text: axis.title },
        ticksuffix: axis.suffix,
        tickformat: axis.tickformat,
        showgrid: true,
        nticks: 6,
        // From zero, with room on the left for the first number.
        range: [
          Math.min(0, ...all) * 1.1 - Math.max(...all, 1e-9) * 0.02,
          Math.max(...all, 1e-9) * (sides.includes("middle right") ? 1.3 : 1.12),
        ],
      },
      yaxis: {
        type: "category",
        categoryorder: "array",
        categoryarray: names,
        autorange: "reversed",
        ticks: "",
        title: { text: "" },
      },
    },
    table: {
      columns: [slice.title, "rows", ...models.toReversed().map(modelName)],
      rows: levels.map((level) => [
        level.name,
        formatCount(level.rows),
        ...models.toReversed().map((model) => formatMetric(metric, level.values[model])),
      ]),
    },
  });
}
