/**
 * A figure as an SVG drawing, for places that run no script: a preview of a notebook, a printed page.
 *
 * It knows the marks that our charts use (lines, dots, bars, heat maps, error bars, up to four panels) and nothing else
 * of Plotly's language: what it cannot draw it leaves out.
 *
 * @module
 */
import type { Figure } from "@/charts/figure.ts";
import { formatSales } from "@/charts/format.ts";
import { lightColours, type as letters } from "@/charts/theme.ts";

/** The little of Plotly's traces and axes that is drawn here. */
interface Trace {
  readonly type?: string;
  readonly mode?: string;
  readonly orientation?: string;
  readonly visible?: unknown;
  readonly x?: readonly unknown[];
  readonly x0?: unknown;
  readonly dx?: number;
  readonly y?: readonly unknown[];
  readonly z?: readonly (readonly (number | null)[])[];
  readonly zmin?: number;
  readonly zmax?: number;
  readonly colorscale?: readonly (readonly [number, string])[];
  readonly yaxis?: string;
  readonly line?: { readonly color?: string; readonly width?: number; readonly dash?: string };
  readonly marker?: { readonly color?: string | readonly string[]; readonly size?: number | readonly number[] };
  readonly error_x?: { readonly array?: readonly number[]; readonly arrayminus?: readonly number[] };
}
interface Axis {
  readonly type?: string;
  readonly title?: { readonly text?: string };
  readonly range?: readonly unknown[];
  readonly autorange?: unknown;
  readonly domain?: readonly [number, number];
  readonly ticksuffix?: string;
  readonly overlaying?: string;
  readonly visible?: boolean;
}

/** A position on an axis as a share of its length, with the ticks that name places on it. */
interface Scale {
  at(value: unknown): number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly band: number;
}

const WIDTH = 900;

/**
 * Draws a figure as SVG text.
 *
 * @param options `titled` puts the finding above the drawing; a page that has it as a heading leaves it out. `fluid`
 * drawings fill the width that a page gives them; a file of its own says how large it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { makeFigure } from "@/charts/figure.ts";
 * import { staticSvg } from "@/charts/show/static_svg.ts";
 *
 * const data = [{ type: "bar" as const, x: ["a", "b"], y: [1, 2] }];
 * const figure = makeFigure({ title: "b sells twice", subtitle: "2015", data, table: { columns: [], rows: [] } });
 * expect(staticSvg(figure).match(/<rect class="mark"/g)?.length).toBe(2);
 * ```
 */
export function staticSvg(
  figure: Figure,
  { titled = true, fluid = true }: { readonly titled?: boolean; readonly fluid?: boolean } = {},
): string {
  const layout = figure.layout as unknown as Record<string, Axis> & { readonly height?: number };
  const traces = (figure.data as readonly Trace[]).filter(({ visible }) =>
    visible !== "legendonly" && visible !== false
  );
  const height = Math.min(640, layout.height ?? 360);
  const top = titled ? 56 : 10, bottom = 46;
  const names = [...new Set(traces.map(({ yaxis = "y" }) => yaxis))];
  const shown = names.filter((name) => axisOf(layout, name).visible !== false);
  const sideways = traces.some(({ orientation, type }) => orientation === "h" || type === "heatmap") ||
    layout["yaxis"]?.type === "category";
  // Names of categories are written whole, whatever their length.
  const left = sideways ? labelWidth(traces) : 74, right = 20;
  const inner = { width: WIDTH - left - right, height: height - top - bottom };
  const xs = scaleOf(layout["xaxis"] ?? {}, traces.flatMap((trace) => [...horizontal(trace), ...reach(trace)]), {
    fromZero: traces.some(({ type, orientation }) => type === "bar" && orientation === "h"),
  });
  const parts: string[] = [];
  for (const name of shown) {
    const axis = axisOf(layout, name), own = traces.filter(({ yaxis = "y" }) => yaxis === name);
    const [low, high] = axis.domain ?? [0, 1];
    const box = {
      x: left,
      y: top + (1 - high) * inner.height,
      width: inner.width,
      height: (high - low) * inner.height,
    };
    const ys = scaleOf(axis, own.flatMap((trace) => [...(trace.y ?? [])]), {
      fromZero: own.some(({ type, orientation }) => type === "bar" && orientation !== "h"),
      reversed: axis.autorange === "reversed",
    });
    const overlaid = axis.overlaying !== undefined;
    if (!overlaid) parts.push(grid(box, ys, axis));
    for (const trace of own) parts.push(marks(trace, xs, ys, box));
  }
  const foot = xs.ticks.map(({ at, text }) =>
    label(left + at * inner.width, top + inner.height + 18, text, { anchor: "middle" })
  ).join("");
  const xTitle = label(left + inner.width / 2, height - 8, layout["xaxis"]?.title?.text ?? "", { anchor: "middle" });
  const head = titled
    ? label(0, 18, figure.title, { size: letters.chartTitle, color: lightColours.ink }) +
      label(0, 38, figure.subtitle, {})
    : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${
    fluid ? `width="100%"` : `width="${WIDTH}" height="${height}"`
  } role="img" aria-label="${escape(figure.title)}" font-family="sans-serif"${
    fluid ? ` style="max-width:${WIDTH}px"` : ""
  }>` +
    `<rect width="${WIDTH}" height="${height}" fill="${lightColours.surface}"/>${head}${
      parts.join("")
    }${foot}${xTitle}</svg>`;
}

/** Room for the longest name of a category, in a font of which a letter is about half as wide as high. */
function labelWidth(traces: readonly Trace[]): number {
  const longest = Math.max(0, ...traces.flatMap(({ y = [] }) => y.map((value) => String(value).length)));
  return Math.min(300, Math.max(120, 16 + Math.ceil(0.58 * letters.chart * longest)));
}

function axisOf(layout: Readonly<Record<string, Axis>>, name: string): Axis {
  return layout[name.replace(/^y/, "yaxis")] ?? {};
}

/** A trace's places along the x axis: written out, counted from a first one, or by position. */
function horizontal({ x, x0, dx = 1, y = [] }: Trace): readonly unknown[] {
  if (x !== undefined) return x;
  if (typeof x0 === "string") return y.map((_, k) => new Date(Date.parse(x0) + k * dx).toISOString().slice(0, 10));
  return y.map((_, k) => Number(x0 ?? 0) + k * dx);
}

/** The ends of error bars, which an axis must have room for. */
function reach({ x = [], error_x }: Trace): readonly unknown[] {
  return x.flatMap((value, k) => [
    Number(value) + (error_x?.array?.[k] ?? 0),
    Number(value) - (error_x?.arrayminus?.[k] ?? 0),
  ]).filter((value) => error_x !== undefined && Number.isFinite(value));
}

const isDate = (value: unknown) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value);

function scaleOf(
  { type, range, ticksuffix = "" }: Axis,
  values: readonly unknown[],
  { fromZero = false, reversed = false }: { readonly fromZero?: boolean; readonly reversed?: boolean } = {},
): Scale {
  const known = values.filter((value) => value !== null && value !== undefined);
  const texts = known.some((value) => typeof value === "string" && !isDate(value));
  if (type === "category" || texts) {
    const names = [...new Set(known.map(String))];
    const at = (value: unknown) => (names.indexOf(String(value)) + 0.5) / Math.max(1, names.length);
    const place = (value: unknown) => reversed ? 1 - at(value) : at(value);
    const every = Math.ceil(names.length / 20);
    const ticks = names.flatMap((text, k) => k % every === 0 ? [{ at: place(text), text: plain(text) }] : []);
    return { at: place, ticks, band: 1 / Math.max(1, names.length) };
  }
  const dates = type === "date" || known.some(isDate);
  const number = (value: unknown) => dates ? Date.parse(String(value)) : Number(value);
  const numbers = (range?.map(number) ?? known.map(number)).filter(Number.isFinite);
  let low = Infinity, high = -Infinity;
  for (const value of numbers) low = Math.min(low, value), high = Math.max(high, value);
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 1, high + 1] : [0, 1];
  if (fromZero && range === undefined) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const at = (value: unknown) => (number(value) - low) / (high - low);
  const count = new Set(known.map(number)).size;
  const ticks = (dates ? dateTicks(low, high) : numberTicks(low, high)).map((value) => ({
    at: (value - low) / (high - low),
    text: dates ? new Date(value).toISOString().slice(0, 7) : formatSales(value) + ticksuffix,
  }));
  return { at, ticks, band: 1 / Math.max(1, count) };
}

function numberTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((value) => value >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step);
}

function dateTicks(low: number, high: number): number[] {
  return Array.from({ length: 6 }, (_, k) => low + (k + 0.5) * (high - low) / 6);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const round = (value: number) => Number(value.toFixed(1));

function grid(box: Box, ys: Scale, { title }: Axis): string {
  const lines = ys.ticks.map(({ at, text }) => {
    const y = round(box.y + (1 - at) * box.height);
    return `<line x1="${box.x}" x2="${box.x + box.width}" y1="${y}" y2="${y}" stroke="${lightColours.grid}"/>` +
      label(box.x - 6, y + 4, text, { anchor: "end" });
  });
  const middle = round(box.y + box.height / 2);
  const turned = title?.text
    ? `<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle" font-size="${letters.chart}" fill="${lightColours.muted}">${
      escape(title.text)
    }</text>`
    : "";
  return lines.join("") + turned;
}

function marks(trace: Trace, xs: Scale, ys: Scale, box: Box): string {
  const px = (value: unknown) => round(box.x + xs.at(value) * box.width);
  const py = (value: unknown) => round(box.y + (1 - ys.at(value)) * box.height);
  const x = horizontal(trace), y = trace.y ?? [];
  const color = (k: number) => {
    const own = trace.marker?.color ?? trace.line?.color ?? lightColours.accent;
    return typeof own === "string" ? own : own[k] ?? lightColours.accent;
  };
  const drawn = (k: number) => y[k] !== null && y[k] !== undefined && x[k] !== null && x[k] !== undefined;
  if (trace.type === "heatmap") return cells(trace, x, y, px, py, xs.band * box.width, ys.band * box.height);
  if (trace.type === "bar") {
    return y.map((_, k) => {
      if (!drawn(k)) return "";
      const across = trace.orientation === "h";
      const thick = Math.max(1, (across ? ys.band * box.height : xs.band * box.width) * 0.65);
      const [zero, end] = across ? [px(0), px(x[k])] : [py(0), py(y[k])];
      const start = Math.min(zero, end), length = round(Math.abs(end - zero));
      return across
        ? `<rect class="mark" x="${start}" y="${round(py(y[k]) - thick / 2)}" width="${length}" height="${
          round(thick)
        }" fill="${color(k)}"/>`
        : `<rect class="mark" x="${round(px(x[k]) - thick / 2)}" y="${start}" width="${
          round(thick)
        }" height="${length}" fill="${color(k)}"/>`;
    }).join("");
  }
  const { mode = "lines" } = trace;
  const parts: string[] = [];
  if (mode.includes("lines")) {
    let path = "", pen = false;
    y.forEach((_, k) => {
      if (drawn(k)) path += `${pen ? "L" : "M"}${px(x[k])} ${py(y[k])}`;
      pen = drawn(k);
    });
    const dash = trace.line?.dash && trace.line.dash !== "solid" ? ` stroke-dasharray="5 3"` : "";
    parts.push(
      `<path class="mark" d="${path}" fill="none" stroke="${trace.line?.color ?? color(0)}" stroke-width="${
        trace.line?.width ?? 1.5
      }"${dash}/>`,
    );
  }
  const { array = [], arrayminus = [] } = trace.error_x ?? {};
  if (trace.error_x) {
    y.forEach((_, k) => {
      const from = px(Number(x[k]) - (arrayminus[k] ?? 0)), to = px(Number(x[k]) + (array[k] ?? 0));
      parts.push(
        `<line x1="${from}" x2="${to}" y1="${py(y[k])}" y2="${py(y[k])}" stroke="${color(k)}" stroke-width="1.5"/>`,
      );
    });
  }
  // Dots on a line of hundreds of steps are the line again.
  if (mode.includes("markers") && (y.length <= 120 || !mode.includes("lines"))) {
    y.forEach((_, k) => {
      const size = trace.marker?.size ?? 6, own = typeof size === "number" ? size : size[k] ?? 6;
      if (drawn(k)) {
        parts.push(`<circle class="mark" cx="${px(x[k])}" cy="${py(y[k])}" r="${own / 2}" fill="${color(k)}"/>`);
      }
    });
  }
  return parts.join("");
}

function cells(
  { z = [], zmin = 0, zmax = 1, colorscale = [] }: Trace,
  x: readonly unknown[],
  y: readonly unknown[],
  px: (value: unknown) => number,
  py: (value: unknown) => number,
  width: number,
  height: number,
): string {
  return z.flatMap((row, r) =>
    row.map((value, c) => {
      if (value === null) return "";
      const fill = mixed(colorscale, (value - zmin) / (zmax - zmin || 1));
      const [left, top] = [round(px(x[c]) - width / 2), round(py(y[r]) - height / 2)];
      return `<rect class="mark" x="${left}" y="${top}" width="${round(width)}" height="${
        round(height - 2)
      }" fill="${fill}"/>`;
    })
  ).join("");
}

/** The colour of a share between the stops of a scale. */
function mixed(stops: readonly (readonly [number, string])[], share: number): string {
  const at = Math.min(1, Math.max(0, share));
  const next = Math.max(1, stops.findIndex(([stop]) => stop >= at));
  const [from, a] = stops[next - 1] ?? [0, lightColours.surface], [to, b] = stops[next] ?? [1, lightColours.ink];
  const part = to > from ? (at - from) / (to - from) : 0;
  const channel = (hex: string, k: number) => parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
  return `rgb(${[0, 1, 2].map((k) => Math.round(channel(a, k) + part * (channel(b, k) - channel(a, k)))).join(",")})`;
}

function label(
  x: number,
  y: number,
  text: string,
  { anchor = "start", size = letters.chart, color = lightColours.muted }: {
    readonly anchor?: string;
    readonly size?: number;
    readonly color?: string;
  },
): string {
  if (text === "") return "";
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" fill="${color}">${
    escape(text)
  }</text>`;
}

/** Names are written for Plotly already, which reads a little HTML. */
const plain = (text: string) =>
  text.replaceAll(/<br ?\/?>/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
