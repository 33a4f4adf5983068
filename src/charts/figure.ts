/**
 * A figure: what Plotly draws, as plain JSON, together with its finding in words and its numbers as a table.
 *
 * @module
 */
import type { Annotations, Config, Data, Layout } from "plotly.js";
import { figureTemplate, lightColours, type } from "@/charts/theme.ts";

/** A figure's numbers as text, ready to be shown as a table. */
export interface FigureTable {
  /** The columns' headings; the first is that of the rows' names. */
  readonly columns: readonly string[];
  /** One text per column; the first column names the row. */
  readonly rows: readonly (readonly string[])[];
}

/** What a chart function returns: plain JSON. `data`, `layout` and `config` are what Plotly takes. */
export interface Figure {
  /** The finding, in one sentence without a full stop. */
  readonly title: string;
  /** What the finding rests on: metric, window, number of rows. */
  readonly subtitle: string;
  /** Plotly's traces. */
  readonly data: readonly Data[];
  /** Plotly's layout, in the house look. */
  readonly layout: Partial<Layout>;
  /** Plotly's options: no buttons, and as wide as the page. */
  readonly config: Partial<Config>;
  /** The numbers that are drawn, for readers who cannot see the chart. */
  readonly table: FigureTable;
}

/** The name of the annotations that label a line at its end; narrow pages replace them with a legend. */
const DIRECT_LABEL = "direct-label";

/**
 * Makes text safe inside Plotly, which reads a subset of HTML: a series named `<b>` shows as it is written.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { plainText } from "@/charts/figure.ts";
 *
 * expect(plainText("a < b & c")).toBe("a &lt; b &amp; c");
 * ```
 */
export function plainText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Breaks text into lines of at most `width` characters, at spaces.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { wrapLines } from "@/charts/figure.ts";
 *
 * expect(wrapLines("one two three", 8)).toEqual(["one two", "three"]);
 * ```
 */
export function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * Moves positions apart so that neighbours are at least `gap` from each other, each as near to its own as it can be.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { spreadApart } from "@/charts/figure.ts";
 *
 * expect(spreadApart([5, 5, 20], 2)).toEqual([4, 6, 20]);
 * ```
 */
export function spreadApart(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).toSorted((a, b) => positions[a]! - positions[b]!);
  // Neighbours that would overlap join a cluster, which is centred on the mean of its members' own positions.
  const clusters: { members: number[]; centre: number }[] = [];
  const reach = (cluster: { members: number[] }) => (cluster.members.length - 1) * gap / 2;
  for (const i of order) {
    let cluster = { members: [i], centre: positions[i]! };
    for (let last = clusters.at(-1); last; last = clusters.at(-1)) {
      if (cluster.centre - reach(cluster) - (last.centre + reach(last)) >= gap) break;
      clusters.pop();
      const members = [...last.members, ...cluster.members];
      const centre = members.reduce((sum, k) => sum + positions[k]!, 0) / members.length;
      cluster = { members, centre };
    }
    clusters.push(cluster);
  }
  const spread = [...positions];
  for (const cluster of clusters) {
    cluster.members.forEach((i, k) => spread[i] = cluster.centre - reach(cluster) + k * gap);
  }
  return spread;
}

/** A line's end, to be labelled directly. */
export interface LineEnd {
  /** What the line is called. */
  readonly text: string;
  /** Where the line ends, in units of the y axis. */
  readonly y: number;
  /** The line's colour: `#0067b1`. */
  readonly color: string;
}

/**
 * Labels lines at their right ends, without overlaps, instead of a legend.
 *
 * @param range The y axis from bottom to top.
 * @param height The drawing's inner height in pixels.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { directLabels } from "@/charts/figure.ts";
 *
 * const labels = directLabels([{ text: "a", y: 1, color: "#000" }, { text: "b", y: 1, color: "#000" }], [0, 10], 180);
 * expect(labels.map((label) => label.y)).toEqual([0.5, 1.5]);
 * ```
 */
export function directLabels(
  ends: readonly LineEnd[],
  [bottom, top]: readonly [number, number],
  height: number,
): Partial<Annotations>[] {
  const line = 18;
  const places = spreadApart(ends.map((end) => end.y), (top - bottom) * line / height);
  return ends.map((end, i) => ({
    name: DIRECT_LABEL,
    text: `<span style="color:${end.color}">●</span> ${plainText(end.text)}`,
    x: 1,
    xref: "paper",
    xanchor: "left",
    xshift: 8,
    y: places[i]!,
    yref: "y",
    yanchor: "middle",
    showarrow: false,
    font: { color: lightColours.ink, size: type.chart },
  }));
}

/**
 * Returns how many pixels the labels of lines need at the right of a chart.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { labelRoom } from "@/charts/figure.ts";
 *
 * const room = (text: string) => labelRoom([{ text, y: 0, color: "#000000" }]);
 * expect(room("multiplicative factor")).toBeGreaterThan(room("naive"));
 * ```
 */
export function labelRoom(ends: readonly LineEnd[]): number {
  // A letter of the chart's type is at most 0.6 of its size wide, on average; the dot and its gaps take the rest.
  return 32 + Math.ceil(Math.max(0, ...ends.map((end) => end.text.length)) * type.chart * 0.6);
}

/** The inside margins of a figure in pixels; Plotly widens them for long labels. */
export interface Margins {
  /** For the y axis' ticks and title; 64 by default. */
  readonly left?: number;
  /** For the labels of lines; 24 by default. */
  readonly right?: number;
  /** For the x axis' ticks and title; 48 by default. */
  readonly bottom?: number;
}

/**
 * Puts a figure together: the house look, the finding as its title, and room for both.
 *
 * @param height The drawing's inner height in pixels, without the title.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { makeFigure } from "@/charts/figure.ts";
 *
 * const figure = makeFigure({ title: "Sales rose", subtitle: "2015", data: [], table: { columns: [], rows: [] } });
 * expect(figure.layout.title).toMatchObject({ text: "Sales rose", subtitle: { text: "2015" } });
 * ```
 */
export function makeFigure(
  { title, subtitle, data, table, layout = {}, height = 280, margins = {} }: {
    readonly title: string;
    readonly subtitle: string;
    readonly data: readonly Data[];
    readonly table: FigureTable;
    readonly layout?: Partial<Layout>;
    readonly height?: number;
    readonly margins?: Margins;
  },
): Figure {
  const lines = wrapLines(plainText(title), 66);
  const subtitleLines = wrapLines(plainText(subtitle), 88);
  const top = 34 + lines.length * 22 + subtitleLines.length * 18;
  const legend = layout.showlegend ? 28 : 0;
  const { left = 64, right = 24, bottom = 48 } = margins;
  return {
    title,
    subtitle,
    data,
    table,
    config: { displayModeBar: false, responsive: true, showTips: false },
    layout: {
      template: figureTemplate(),
      showlegend: false,
      ...layout,
      title: {
        text: lines.join("<br>"),
        subtitle: { text: subtitleLines.join("<br>") },
        y: 1,
        yref: "container",
        yanchor: "top",
        pad: { t: 16, l: 16 },
      },
      height: top + legend + height + bottom,
      margin: { l: left, r: right, t: top + legend, b: bottom },
    },
  };
}
