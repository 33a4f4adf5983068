/**
 * How far forecasts miss, and to which side.
 *
 * @module
 */
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatCount, formatNumberOf, formatPercent, formatSales } from "@/charts/format.ts";
import { modelName } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** Rounds a bin width up to 1, 2 or 5 times a power of ten. */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= width * 0.999)!;
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1), low = Math.floor(at), high = Math.ceil(at);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/**
 * Draws the distribution of forecast minus actual: right of zero the forecast was too high.
 *
 * @param residuals Forecast minus actual, in units of sales; values that are not finite are left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { residualHistogram } from "@/charts/residual_histogram.ts";
 *
 * const figure = residualHistogram([-20, -10, 0, 10, 20], { model: "lightgbm", unit: "EUR a day" });
 * expect(figure.title).toBe("Half of the forecasts miss by 10 EUR a day or less");
 * ```
 */
export function residualHistogram(
  residuals: ArrayLike<number>,
  { model, unit }: { readonly model: string; readonly unit: string },
): Figure {
  const sorted = Float64Array.from(residuals).filter(Number.isFinite).sort();
  const misses = sorted.map(Math.abs).sort();
  const empty = sorted.length === 0;
  // The middle 98 % is drawn evenly; what lies outside is counted in the first and last bar.
  const low = empty ? -1 : Math.min(0, quantile(sorted, 0.01)), high = empty ? 1 : Math.max(0, quantile(sorted, 0.99));
  const width = roundWidth((high - low || 1) / 40);
  const first = Math.floor(low / width), bins = empty ? 0 : Math.floor(high / width) - first + 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) counts[Math.min(bins - 1, Math.max(0, Math.floor(value / width) - first))]! += 1;
  const starts = counts.map((_, i) => (first + i) * width);
  const span = (i: number) =>
    i === 0 && low < 0 && sorted[0]! < starts[0]!
      ? `below ${formatSales(starts[0]! + width)}`
      : i === bins - 1 && sorted.at(-1)! >= starts[i]! + width
      ? `${formatSales(starts[i])} and above`
      : `${formatSales(starts[i])} to ${formatSales(starts[i]! + width)}`;
  const tooHigh = sorted.filter((value) => value > 0).length / (sorted.length || 1);
  return makeFigure({
    title: empty
      ? "No forecast can be compared with an actual yet"
      : `Half of the forecasts miss by ${formatSales(quantile(misses, 0.5))} ${unit} or less`,
    subtitle: `${modelName(model)}: forecast minus actual, ${formatNumberOf(sorted.length, "row")}; ${
      formatPercent(tooHigh, 0)
    } are too high`,
    height: 260,
    data: [{
      type: "bar",
      x: starts.map((start) => start + width / 2),
      y: counts,
      width: width * 0.92,
      text: counts.map((_, i) => span(i)),
      textposition: "none",
      hovertemplate: "%{text}: %{y:,} rows<extra></extra>",
      marker: { color: lightColours.accent },
    }],
    layout: {
      bargap: 0.05,
      xaxis: { title: { text: `Forecast minus actual (${unit})` }, tickformat: "~s", nticks: 9 },
      yaxis: { title: { text: "Rows" }, tickformat: ",~s", rangemode: "tozero", nticks: 5 },
      shapes: [{
        type: "line",
        x0: 0,
        x1: 0,
        y0: 0,
        y1: 1,
        yref: "paper",
        line: { color: lightColours.ink, width: 1 },
      }],
    },
    table: {
      columns: [`forecast minus actual (${unit})`, "rows"],
      rows: counts.map((count, i) => [span(i), formatCount(count)]),
    },
  });
}
