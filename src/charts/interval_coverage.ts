/**
 * Whether intervals hold as many outcomes as they promise.
 *
 * @module
 */
import type { Data, PlotMarker } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatNumberOf, formatPercent } from "@/charts/format.ts";
import { modelName } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** What intervals of one level promised, and what they held. */
export interface Coverage {
  /** The share that was promised: 0.8. */
  readonly level: number;
  /** The share of outcomes inside. */
  readonly held: number;
  /** Mean width of the intervals as a share of the forecast. */
  readonly width: number;
}

/**
 * Draws the share of outcomes inside the intervals beside the share that was promised.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervalCoverage } from "@/charts/interval_coverage.ts";
 *
 * const figure = intervalCoverage([{ level: 0.8, held: 0.78, width: 0.3 }], { model: "lightgbm", rows: 100 });
 * expect(figure.title).toBe("The 80\u00a0% interval holds 78\u00a0% of the sales");
 * ```
 */
export function intervalCoverage(
  coverage: readonly Coverage[],
  { model, rows }: { readonly model: string; readonly rows: number },
): Figure {
  const told = coverage.find(({ level }) => level === 0.8) ?? coverage[0];
  const labels = coverage.map(({ level }) => `${formatPercent(level, 0)} interval`);
  const marks = (name: string, values: readonly number[], marker: Partial<PlotMarker>): Data => ({
    type: "scatter",
    mode: "markers",
    name,
    y: labels,
    x: values.map((value) => 100 * value),
    hovertemplate: `%{y}, ${name}: %{x:.1f}\u00a0%<extra></extra>`,
    marker,
    cliponaxis: false,
  });
  return makeFigure({
    title: told
      ? `The ${formatPercent(told.level, 0)} interval holds ${formatPercent(told.held, 0)} of the sales`
      : "There is no interval to judge yet",
    subtitle: `${modelName(model)}, holdout, ${
      formatNumberOf(rows, "row")
    } of trade; intervals learnt from earlier windows`,
    height: Math.max(90, coverage.length * 48),
    margins: { left: 24 },
    data: [
      marks("promised", coverage.map(({ level }) => level), {
        color: lightColours.ghost,
        symbol: "line-ns-open",
        size: 18,
        line: { width: 2, color: lightColours.ghost },
      }),
      marks("held", coverage.map(({ held }) => held), { color: lightColours.accent, symbol: "circle", size: 11 }),
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
      columns: ["interval", "promised", "held", "mean width"],
      rows: coverage.map(({ level, held, width }, k) => [
        labels[k]!,
        formatPercent(level),
        formatPercent(held),
        `${formatPercent(width, 0)} of the forecast`,
      ]),
    },
  });
}
