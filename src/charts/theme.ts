/**
 * The look of everything that people see: one set of tokens for charts, reports and pages.
 *
 * Each colour says one thing, on light and on dark: figures are built with the light colours, and `darkColours` tells a
 * page which dark colour stands for each of them.
 *
 * @module
 */
import type { Layout, Template } from "plotly.js";

/** What a colour stands for; the same meanings on light and on dark. */
export interface Colours {
  /** The page and the inside of a chart. */
  readonly surface: string;
  /** Cards, table heads and controls. */
  readonly raised: string;
  /** Text, and what was actually sold. */
  readonly ink: string;
  /** Secondary text: units, captions, axis labels. */
  readonly muted: string;
  /** Borders. */
  readonly hairline: string;
  /** Grid lines inside a chart. */
  readonly grid: string;
  /** The forecast, the champion, links and the focus ring. */
  readonly accent: string;
  /** Seasonal naive, or last year. */
  readonly ghost: string;
  /** Promotions. */
  readonly amber: string;
  /** Holidays. */
  readonly violet: string;
  /** Intervals around a forecast, the narrow one darkest. */
  readonly band50: string;
  /** The band of the 80 % interval. */
  readonly band80: string;
  /** The band of the 95 % interval, the faintest. */
  readonly band95: string;
  /** The hatch over closed days. */
  readonly hatch: string;
  /** What failed or got worse, and what asks for attention. */
  readonly alert: string;
  /** What passed or got better. */
  readonly good: string;
}

/** The colours on a light page. */
export const lightColours: Colours = {
  surface: "#ffffff",
  raised: "#f5f6f8",
  ink: "#16181d",
  muted: "#586070",
  hairline: "#d8dce3",
  grid: "#e8ebef",
  accent: "#0067b1",
  ghost: "#6e7582",
  amber: "#a05a00",
  violet: "#7a3fb8",
  band50: "#a6cae4",
  band80: "#c7deee",
  band95: "#e0edf6",
  hatch: "#c2c8d2",
  alert: "#b3261e",
  good: "#1a7040",
};

/** The colours on a dark page, meaning by meaning. */
export const nightColours: Colours = {
  surface: "#14161a",
  raised: "#1d2026",
  ink: "#eceef2",
  muted: "#a8afbc",
  hairline: "#363b46",
  grid: "#272b33",
  accent: "#5cb3ff",
  ghost: "#9299a6",
  amber: "#f0a73a",
  violet: "#c79bff",
  band50: "#2d4d6a",
  band80: "#24394c",
  band95: "#1d2935",
  hatch: "#4b515d",
  alert: "#ff8b7e",
  good: "#63cf8e",
};

/** Okabe and Ito's eight colours, which people with colour-blindness can tell apart. */
export const okabeIto = {
  black: "#000000",
  orange: "#e69f00",
  skyBlue: "#56b4e9",
  bluishGreen: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermillion: "#d55e00",
  reddishPurple: "#cc79a7",
} as const;

/** Type, and the step that all spacing is a multiple of (in pixels). */
export const type = {
  family: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  body: 16,
  small: 14,
  chart: 13,
  chartTitle: 17,
  step: 4,
} as const;

/**
 * Returns which dark colour stands for each light one, for pages that follow the reader's colour scheme.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { darkColours, lightColours, nightColours } from "@/charts/theme.ts";
 *
 * expect(darkColours()[lightColours.accent]).toBe(nightColours.accent);
 * ```
 */
export function darkColours(): Readonly<Record<string, string>> {
  const names = Object.keys(lightColours) as (keyof Colours)[];
  return Object.fromEntries([
    ...names.map((name) => [lightColours[name], nightColours[name]]),
    [okabeIto.black, nightColours.ink],
  ]);
}

/**
 * Returns a Plotly template that gives every figure the house look: system type, hairline axes, a quiet grid.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { figureTemplate, lightColours } from "@/charts/theme.ts";
 *
 * expect(figureTemplate().layout?.font?.color).toBe(lightColours.ink);
 * ```
 */
export function figureTemplate(): Template {
  const colours = lightColours;
  const axis: Layout["xaxis"] = {
    gridcolor: colours.grid,
    linecolor: colours.hairline,
    tickcolor: colours.hairline,
    tickfont: { color: colours.muted, size: type.chart },
    title: { font: { color: colours.muted, size: type.chart }, standoff: 2 * type.step },
    zeroline: false,
    automargin: true,
    tickangle: 0,
    ticklabelstandoff: type.step,
    fixedrange: true,
  } as Layout["xaxis"];
  return {
    data: {},
    layout: {
      font: { family: type.family, size: type.chart, color: colours.ink },
      title: {
        font: { size: type.chartTitle, color: colours.ink },
        subtitle: { font: { size: type.chart, color: colours.muted } },
        x: 0,
        xref: "container",
        xanchor: "left",
        pad: { l: 4 * type.step },
      },
      paper_bgcolor: colours.surface,
      plot_bgcolor: colours.surface,
      colorway: [
        okabeIto.blue,
        okabeIto.orange,
        okabeIto.bluishGreen,
        okabeIto.reddishPurple,
        okabeIto.vermillion,
        okabeIto.skyBlue,
        okabeIto.black,
        okabeIto.yellow,
      ],
      // Decimal point, then the thousands separator.
      separators: ".,",
      hoverlabel: {
        bgcolor: colours.raised,
        bordercolor: colours.hairline,
        font: { family: type.family, size: type.chart, color: colours.ink },
      },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", font: { size: type.chart } },
      dragmode: false,
      xaxis: { ...axis, showgrid: false, spikecolor: colours.muted, spikethickness: 1, spikedash: "dot" },
      yaxis: { ...axis },
    } as Partial<Layout>,
  };
}
