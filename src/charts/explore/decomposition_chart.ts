/**
 * A series taken apart: observed, trend, season, remainder, one below the other.
 *
 * @module
 */
import type { Data, Layout, LayoutAxis } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatDate, formatDates, formatPercent, formatSales } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** The parts of a series, and how strong they are. */
export interface DrawnParts {
  /** Dates, `YYYY-MM-DD`. */
  readonly ds: readonly string[];
  /** The series itself, in units of sales, one value per date. */
  readonly y: ArrayLike<number>;
  /** Its smooth course, in units of sales. */
  readonly trend: ArrayLike<number>;
  /** What repeats, in units of sales, around 0. */
  readonly seasonal: ArrayLike<number>;
  /** What the other two leave, in units of sales, around 0. */
  readonly remainder: ArrayLike<number>;
  /** From 0 to 1: see `strength` in exploration. */
  readonly trendStrength: number;
  /** From 0 to 1, as the trend's. */
  readonly seasonalStrength: number;
}

const BANDS = ["observed", "trend", "season", "remainder"] as const;

/**
 * Draws a decomposition with the same scale in every panel, so that sizes can be compared.
 *
 * @param options `season` names what repeats: `week`, `year`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { decompositionChart } from "@/charts/explore/decomposition_chart.ts";
 *
 * const part = [1, 2];
 * const figure = decompositionChart({
 *   ds: ["2013-01-01", "2013-01-02"], y: part, trend: part, seasonal: part, remainder: part,
 *   trendStrength: 0.2, seasonalStrength: 0.9,
 * }, { season: "week", unit: "EUR a day" });
 * expect(figure.title).toBe("The week is strong (90\u00a0%), the trend weak (20\u00a0%)");
 * ```
 */
export function decompositionChart(
  { ds, y, trend, seasonal, remainder, trendStrength, seasonalStrength }: DrawnParts,
  { season, unit }: { readonly season: string; readonly unit: string },
): Figure {
  const parts = [y, trend, seasonal, remainder].map((values) => Array.from(values));
  const word = (share: number) => share >= 0.64 ? "strong" : share >= 0.4 ? "moderate" : "weak";
  const spans = parts.map((values) => [Math.min(...values), Math.max(...values)] as const);
  const widest = Math.max(...spans.map(([low, high]) => high - low), 1e-9) * 1.08;
  const gap = 0.045, tall = (1 - gap * 3) / 4;
  const axes = Object.fromEntries(BANDS.map((band, k) => {
    const [low, high] = spans[k]!, middle = (low + high) / 2;
    const axis: Partial<LayoutAxis> = {
      domain: [1 - (k + 1) * tall - k * gap, 1 - k * (tall + gap)],
      range: [middle - widest / 2, middle + widest / 2],
      nticks: 4,
      tickformat: ",~s",
      title: { text: band },
      ...(k >= 2 ? { zeroline: true, zerolinecolor: lightColours.hatch } : { zeroline: false }),
    };
    return [k === 0 ? "yaxis" : `yaxis${k + 1}`, axis];
  })) as Partial<Layout>;
  return makeFigure({
    title: `The ${season} is ${word(seasonalStrength)} (${formatPercent(seasonalStrength, 0)}), the trend ${
      word(trendStrength)
    } (${formatPercent(trendStrength, 0)})`,
    subtitle:
      `Mean sales per series (${unit}), ${formatDates(ds[0] ?? "", ds.at(-1) ?? "")}, same scale in all four; ` +
      "in brackets: the share of variation that a part explains next to the remainder",
    height: 460,
    margins: { left: 76 },
    data: parts.map((values, k): Data => ({
      type: "scatter",
      mode: "lines",
      name: BANDS[k]!,
      x: [...ds],
      y: values.map((value) => Number(value.toPrecision(6))),
      yaxis: (k === 0 ? "y" : `y${k + 1}`) as "y",
      hovertemplate: `%{x|%Y-%m-%d}: %{y:,.0f}<extra>${BANDS[k]}</extra>`,
      line: { color: k === 0 ? lightColours.ink : k === 3 ? lightColours.ghost : lightColours.accent, width: 1.2 },
    })),
    layout: { ...axes, xaxis: { type: "date", anchor: "y4" as "y", nticks: 8, title: { text: "Date" } } },
    table: {
      columns: ["date", ...BANDS],
      rows: ds.slice(-56).map((date, k) => {
        const at = ds.length - Math.min(56, ds.length) + k;
        return [formatDate(date), ...parts.map((values) => formatSales(values[at]!))];
      }),
    },
  });
}
