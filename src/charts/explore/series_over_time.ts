/**
 * How many series there are at each step: late starts, gaps and closed days at a glance.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatCount, formatDate, formatNumberOf } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/**
 * Draws the number of series whose sales are known, and of those that trade, step by step.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seriesOverTime } from "@/charts/explore/series_over_time.ts";
 *
 * const figure = seriesOverTime({ ds: ["2013-01-01", "2013-01-02"], known: [2, 1], trading: [2, 1] });
 * expect(figure.title).toBe("2 series at most; on 2 Jan 2013 only 1 is there");
 * ```
 */
export function seriesOverTime(
  { ds, known, trading }: {
    readonly ds: readonly string[];
    readonly known: ArrayLike<number>;
    readonly trading: ArrayLike<number>;
  },
): Figure {
  const there = Array.from(known), open = Array.from(trading);
  const most = Math.max(0, ...there), fewest = Math.min(...there), when = ds[there.indexOf(fewest)] ?? "";
  const closes = there.some((count, k) => open[k]! < count);
  const line = (name: string, y: readonly number[], color: string, width: number): Data => ({
    type: "scatter",
    mode: "lines",
    name,
    x: [...ds],
    y: [...y],
    hovertemplate: "%{y:,}",
    line: { color, width, shape: "hv" },
  });
  return makeFigure({
    title: fewest === most
      ? `All ${formatCount(most)} series are there from the first to the last date`
      : `${formatNumberOf(most, "series", "series")} at most; on ${formatDate(when)} only ${formatCount(fewest)} ${
        fewest === 1 ? "is" : "are"
      } there`,
    subtitle: closes ? "Series with known sales (thick), and those that were open (thin)" : "Series with known sales",
    height: 220,
    data: [
      ...(closes ? [line("open", open, lightColours.hatch, 1)] : []),
      line("known", there, lightColours.ink, 2),
    ],
    layout: {
      hovermode: "x unified",
      showlegend: closes,
      xaxis: { type: "date", nticks: 8, title: { text: "Date" }, hoverformat: "%Y-%m-%d" },
      yaxis: { title: { text: "Series" }, rangemode: "tozero", nticks: 5, tickformat: ",d" },
    },
    table: {
      columns: ["date", "known", "open"],
      rows: ds.flatMap((date, k) =>
        k === 0 || there[k] !== there[k - 1] ? [[formatDate(date), formatCount(there[k]), formatCount(open[k])]] : []
      ).slice(0, 60),
    },
  });
}
