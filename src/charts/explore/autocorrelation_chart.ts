/**
 * How much a series resembles its own past.
 *
 * @module
 */
import type { Frequency } from "@/core/panel.ts";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatNumberOf } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/**
 * Draws the autocorrelation by lag, with the band that a series without memory stays in.
 *
 * @param found `values` from lag 1 on, and `bound`, the half width of the band.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { autocorrelationChart } from "@/charts/explore/autocorrelation_chart.ts";
 *
 * const figure = autocorrelationChart({ values: [0.1, 0.8], bound: 0.2 }, { frequency: "1w" });
 * expect(figure.title).toBe("Sales resemble most those of 2 weeks before: 0.80");
 * ```
 */
export function autocorrelationChart(
  { values, bound }: { readonly values: ArrayLike<number>; readonly bound: number },
  { frequency }: { readonly frequency: Frequency },
): Figure {
  const unit = frequency === "1w" ? "week" : "day";
  const all = Array.from(values), best = all.indexOf(Math.max(...all));
  const told = (value: number) => value.toFixed(2).replace("-", "−");
  return makeFigure({
    title: all[best]! > bound
      ? `Sales resemble most those of ${formatNumberOf(best + 1, unit)} before: ${told(all[best]!)}`
      : "Sales do not resemble their own past more than chance does",
    subtitle: `Correlation with sales so many ${unit}s before; within ±${told(bound)} (shaded) chance would do`,
    height: 240,
    data: [{
      type: "bar",
      x: all.map((_, k) => k + 1),
      y: all,
      text: all.map(told),
      textposition: "none",
      hovertemplate: `%{x} ${unit}s: %{text}<extra></extra>`,
      marker: { color: all.map((value) => Math.abs(value) > bound ? lightColours.accent : lightColours.hatch) },
    }],
    layout: {
      bargap: 0.4,
      xaxis: {
        title: { text: `Lag (${unit}s)` },
        dtick: unit === "day" ? 7 : 13,
        tick0: 0,
        range: [0, all.length + 1],
      },
      yaxis: {
        title: { text: "Autocorrelation (−1 to 1)" },
        range: [Math.min(-0.25, ...all) * 1.1, 1],
        nticks: 6,
        zeroline: true,
        zerolinecolor: lightColours.muted,
      },
      shapes: [{
        type: "rect",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: -bound,
        y1: bound,
        line: { width: 0 },
        fillcolor: lightColours.hatch,
        opacity: 0.35,
        layer: "below",
      }],
    },
    table: {
      columns: [`lag (${unit}s)`, "autocorrelation"],
      rows: all.map((value, k) => [String(k + 1), told(value)]),
    },
  });
}
