/**
 * Whether intervals hold as many outcomes as they promise.
 *
 * @module
 */
import type { Data, PlotMarker } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatPercent, formatSales } from "@/charts/format.ts";
import { modelName } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** What intervals of one level promised, and what became of it. */
export interface Coverage {
  /** In percent: 80. */
  readonly level: number;
  /** The share of outcomes inside. */
  readonly held: number;
  /** Mean width, and the Winkler score (width plus what misses cost), in units of y. */
  readonly width: number;
  /** The mean Winkler score; the smaller the better. */
  readonly winkler: number;
}

/**
 * Draws the share of outcomes inside the intervals beside the share that was promised.
 *
 * @param options.naive The intervals around seasonal naive on the same rows, for the table.
 * @param options.on What the shares were measured on: `8 backtest windows`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervalCoverage } from "@/charts/interval_coverage.ts";
 *
 * const own = { level: 80, held: 0.78, width: 1200, winkler: 1900 };
 * const figure = intervalCoverage([own], { model: "lightgbm", on: "6 backtest windows" });
 * expect(figure.title).toBe("The 80\u00a0% interval holds 78.0\u00a0% of the sales");
 * ```
 */
export function intervalCoverage(
  coverage: readonly Coverage[],
  { model, on, naive = [] }: { readonly model: string; readonly on: string; readonly naive?: readonly Coverage[] },
): Figure {
  const told = coverage.find(({ level }) => level === 80) ?? coverage[0];
  const share = (percent: number) => formatPercent(percent / 100, 0);
  const labels = coverage.map(({ level }) => `${share(level)} interval`);
  const marks = (name: string, values: readonly number[], marker: Partial<PlotMarker>): Data => ({
    type: "scatter",
    mode: "markers",
    name,
    y: labels,
    x: [...values],
    hovertemplate: `%{y}, ${name}: %{x:.1f}\u00a0%<extra></extra>`,
    marker,
    cliponaxis: false,
  });
  const ofNaive = (level: number) => naive.find((one) => one.level === level);
  return makeFigure({
    title: told
      ? `The ${share(told.level)} interval holds ${formatPercent(told.held)} of the sales`
      : "There is no interval to judge yet",
    subtitle: `${modelName(model)}, ${on}; every window is judged by what earlier ones taught`,
    height: Math.max(90, coverage.length * 48),
    margins: { left: 24 },
    data: [
      marks("promised", coverage.map(({ level }) => level), {
        color: lightColours.ghost,
        symbol: "line-ns-open",
        size: 18,
        line: { width: 2, color: lightColours.ghost },
      }),
      marks("held", coverage.map(({ held }) => 100 * held), { color: lightColours.accent, symbol: "circle", size: 11 }),
    ],
    layout: {
      showlegend: true,
      xaxis: {
        title: { text: "Share of sales inside the interval (%)" },
        ticksuffix: "\u00a0%",
        range: [0, 102],
        showgrid: true,
        nticks: 6,
      },
      yaxis: { type: "category", autorange: "reversed", ticks: "" },
    },
    table: {
      columns: ["interval", "held", "mean width", "Winkler score", "naive: held", "naive: width", "naive: Winkler"],
      rows: coverage.map(({ level, held, width, winkler }, k) => {
        const other = ofNaive(level);
        return [
          labels[k]!,
          formatPercent(held),
          formatSales(width),
          formatSales(winkler),
          formatPercent(other?.held),
          formatSales(other?.width),
          formatSales(other?.winkler),
        ];
      }),
    },
  });
}
