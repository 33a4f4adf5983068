/**
 * What errors cost, by store and week.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { formatDate, formatPercent, formatSales } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** Costs by store and week; null where a store did not trade. */
export interface CostGrid {
  /** The stores' names, one per row of `cost`. */
  readonly stores: readonly string[];
  /** First days of weeks, `YYYY-MM-DD`. */
  readonly weeks: readonly string[];
  /** One row per store, one value per week, in one currency. */
  readonly cost: readonly (readonly (number | null)[])[];
}

/** Stores that are drawn: those that cost most. */
const DRAWN = 15;

/** From the page's own shade, which hardly differs from no cost, to ink. */
const COST_SCALE: [number, string][] = [[0, lightColours.raised], [1, lightColours.accent]];

/**
 * Draws which stores cost most, and in which weeks.
 *
 * @param options.currency What costs are in: `EUR`.
 * @param options.key What a store is called: `store`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { costChart } from "@/charts/mod.ts";
 *
 * const grid = { stores: ["1", "2"], weeks: ["2015-06-01", "2015-06-08"], cost: [[10, 20], [30, null]] };
 * expect(costChart(grid, { currency: "EUR", key: "store" }).title)
 *   .toBe("Store 1 makes 50\u00a0% of the cost; the week from 1 Jun 2015 cost most");
 * ```
 */
export function costChart(
  { stores, weeks, cost }: CostGrid,
  { currency, key }: { readonly currency: string; readonly key: string },
): Figure {
  const sums = cost.map((row) => row.reduce<number>((sum, value) => sum + (value ?? 0), 0));
  const all = sums.reduce((sum, own) => sum + own, 0);
  const order = [...stores.keys()].sort((a, b) => sums[b]! - sums[a]!).slice(0, DRAWN);
  const byWeek = weeks.map((_, w) => cost.reduce((sum, row) => sum + (row[w] ?? 0), 0));
  const dearest = byWeek.indexOf(Math.max(...byWeek));
  const drawn = order.map((at) => cost[at]!);
  const share = all > 0 ? order.reduce((sum, at) => sum + sums[at]!, 0) / all : 0;
  const first = order[0];
  const who = stores.length > DRAWN
    ? `${order.length} ${key}s of ${stores.length.toLocaleString("en")} make ${formatPercent(share, 0)}`
    : first === undefined
    ? "Nobody makes any"
    : `${sentenceCase(key)} ${stores[first]} makes ${formatPercent(all > 0 ? sums[first]! / all : 0, 0)}`;
  const names = order.map((at) => `${key} ${stores[at]}`);
  // One freak week must not make everything else look the same.
  const sizes = drawn.flat().filter((value) => value !== null).sort((a, b) => a - b);
  const data = {
    type: "heatmap",
    x: weeks,
    y: names,
    z: drawn,
    colorscale: COST_SCALE,
    zmin: 0,
    zmax: Math.max(1e-9, sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 1),
    xgap: weeks.length > 30 ? 0 : 2,
    ygap: 2,
    hovertemplate: `%{y}, week from %{x}: %{z:,.0f} ${currency}<extra></extra>`,
    colorbar: {
      title: { text: `${currency}<br>`, side: "top" },
      thickness: 12,
      outlinewidth: 0,
      nticks: 5,
      tickformat: ",~s",
    },
  } as Data;
  return makeFigure({
    title: `${who} of the cost; the week from ${formatDate(weeks[dearest] ?? "1970-01-05")} cost most`,
    subtitle: `Cost of orders by the forecast and its interval, ${currency} a week`,
    height: Math.max(160, order.length * 26),
    margins: { left: 24, right: 12, bottom: 56 },
    data: [data],
    layout: {
      xaxis: { type: "date", title: { text: "Week from" }, ticks: "", nticks: 4, tickformat: "%-d %b\n%Y" },
      yaxis: { type: "category", autorange: "reversed", title: { text: "" }, ticks: "", showgrid: false },
    },
    table: {
      columns: [key, `all weeks (${currency})`, ...weeks],
      rows: order.map((at, k) => [
        names[k]!,
        formatSales(sums[at]),
        ...weeks.map((_, w) => formatSales(cost[at]![w])),
      ]),
    },
  });
}
