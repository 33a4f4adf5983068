/**
 * Many trials of a search at once: one upright axis per parameter, one line per trial.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { lightColours } from "@/charts/theme.ts";

/** One upright axis. */
export interface ParallelAxis {
  /** The parameter, or the metric: `learning_rate`. */
  readonly name: string;
  /** What stands at its lower and its upper end. */
  readonly low: string;
  /** What stands at its upper end. */
  readonly high: string;
}

/** One line. */
export interface ParallelLine {
  /** What the line is called in the table: `trial 1`. */
  readonly name: string;
  /** How the trial ended: as the best of all, whole, or stopped early. */
  readonly kind: "best" | "finished" | "given up";
  /** Where it crosses each axis, from 0 to 1; null where it has no value. */
  readonly at: readonly (number | null)[];
  /** The same in words, for the table. */
  readonly told: readonly string[];
}

const STYLE = {
  "given up": { color: lightColours.ghost, width: 1, dash: "dot" },
  finished: { color: lightColours.ghost, width: 1.5, dash: "solid" },
  best: { color: lightColours.accent, width: 3, dash: "solid" },
} as const;

/**
 * Draws every trial as a line across the axes; the best one stands out, those that were given up are dotted.
 *
 * @param options.title The finding.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { parallelCoordinates } from "@/charts/mod.ts";
 *
 * const axes = [{ name: "leaves", low: "8", high: "128" }, { name: "error", low: "0.10", high: "0.20" }];
 * const lines = [{ name: "trial 1", kind: "best", at: [0.5, 0], told: ["32", "0.10"] }] as const;
 * const figure = parallelCoordinates(axes, lines, { title: "Few leaves do best", subtitle: "1 trial" });
 * expect(figure.table.rows).toEqual([["trial 1", "best", "32", "0.10"]]);
 * ```
 */
export function parallelCoordinates(
  axes: readonly ParallelAxis[],
  lines: readonly ParallelLine[],
  { title, subtitle }: { readonly title: string; readonly subtitle: string },
): Figure {
  const ticks = axes.map(({ name }) => name.replaceAll("_", " "));
  const kinds = (["given up", "finished", "best"] as const).filter((kind) => lines.some((line) => line.kind === kind));
  const data = kinds.map((kind): Data => {
    const own = lines.filter((line) => line.kind === kind);
    // One trace per kind: a gap stands between two trials.
    const gap = <Value>(values: readonly Value[]) => [...values, null];
    return {
      type: "scatter",
      mode: kind === "best" ? "lines+markers" : "lines",
      name: kind,
      x: own.flatMap(() => gap(ticks.map((_, k) => k))),
      y: own.flatMap(({ at }) => gap(at)),
      text: own.flatMap(({ name, told }) => gap(told.map((value, k) => `${name}: ${ticks[k]} ${value}`))) as string[],
      hovertemplate: "%{text}<extra></extra>",
      line: STYLE[kind],
      opacity: kind === "best" ? 1 : 0.7,
      connectgaps: false,
    } as Data;
  });
  const ends = axes.flatMap(({ low, high }, x) => [
    { x, y: 0, text: low, showarrow: false, yshift: -12, font: { size: 12 } },
    { x, y: 1, text: high, showarrow: false, yshift: 12, font: { size: 12 } },
  ]);
  return makeFigure({
    title,
    subtitle,
    height: 340,
    margins: { left: 32, right: 32, bottom: 64 },
    data,
    layout: {
      showlegend: kinds.length > 1,
      legend: { orientation: "h", y: -0.24 },
      hovermode: "closest",
      xaxis: {
        tickvals: ticks.map((_, k) => k),
        ticktext: ticks,
        range: [-0.3, axes.length - 0.7],
        showgrid: true,
        zeroline: false,
        title: { text: "" },
      },
      yaxis: { range: [-0.12, 1.12], showticklabels: false, showgrid: false, zeroline: false, title: { text: "" } },
      annotations: ends,
    },
    table: {
      columns: ["trial", "ended", ...ticks],
      rows: lines.map(({ name, kind, told }) => [name, kind, ...told]),
    },
  });
}
