/**
 * Why a forecast is what it is: from what is usual, step by step, to the forecast.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatChange, formatSales } from "@/charts/format.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** What one feature did to a forecast. */
export interface ContributionBar {
  /** The feature's name in the feature table: `promo`. */
  readonly feature: string;
  /** What the feature was. */
  readonly value: number | null;
  /** On the scale of the explanation: with `log1p`, 0.1 is about 10 % more. */
  readonly contribution: number;
}

/** A contribution as people say it: a share of the forecast on the log scale, units otherwise. */
const inWords = (contribution: number, space: string) =>
  space === "log1p"
    ? formatChange(Math.expm1(contribution), 1)
    : `${contribution < 0 ? "" : "+"}${formatSales(contribution)}`;

/**
 * Draws the way from what is usual to a forecast: the features that moved it most, one step each, the others added up.
 *
 * Bars are in units of y, so that they start and end where sales do; on the log scale a step multiplies, and says by how
 * much.
 *
 * @param options.expected What would be forecast if nothing moved it, on the scale of the contributions.
 * @param options.space `log1p` where contributions multiply; anything else where they add up.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { waterfallChart } from "@/charts/waterfall_chart.ts";
 *
 * const bars = [{ feature: "promo", value: 1, contribution: Math.log(1.38) }];
 * const options = { title: "Why Monday", subtitle: "", space: "log1p", expected: Math.log1p(99) };
 * expect(waterfallChart(bars, options).table.rows).toEqual([
 *   ["usual", "–", "–", "99"],
 *   ["promo", "1", "+38.0\u00a0%", "137"],
 *   ["forecast", "–", "–", "137"],
 * ]);
 * ```
 */
export function waterfallChart(
  contributions: readonly ContributionBar[],
  { title, subtitle, space, expected, most = 9, unit }: {
    readonly title: string;
    readonly subtitle: string;
    readonly space: string;
    readonly expected: number;
    readonly most?: number;
    readonly unit?: string;
  },
): Figure {
  const units = (value: number) => space === "log1p" ? Math.max(0, Math.expm1(value)) : value;
  let reached = expected;
  const steps = shortened(contributions, most).map((bar) => {
    const from = reached;
    reached += bar.contribution;
    return { ...bar, from: units(from), to: units(reached), words: inWords(bar.contribution, space) };
  });
  const whole = (label: string, value: number) => ({ label, value: null, from: 0, to: units(value), words: "" });
  const rows = [whole("usual", expected), ...steps, whole("forecast", reached)];
  const upwards = rows.toReversed();
  return makeFigure({
    title,
    subtitle,
    height: 28 * Math.max(3, rows.length),
    margins: { left: 220, bottom: 48 },
    data: [{
      type: "bar",
      orientation: "h",
      base: upwards.map(({ from }) => from),
      x: upwards.map(({ from, to }) => to - from),
      y: upwards.map(({ label }) => plainText(sentenceCase(label))),
      text: upwards.map(({ words, to }) => words || formatSales(to)),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: upwards.map(({ words, to }) => `%{y}: ${words || "→"} ${formatSales(to)}<extra></extra>`),
      marker: {
        color: upwards.map(({ words, from, to }) =>
          words === "" ? lightColours.ghost : to >= from ? lightColours.accent : lightColours.amber
        ),
      },
    } as Data],
    layout: {
      xaxis: {
        title: { text: sentenceCase(unit ?? "units") },
        tickformat: ",~s",
        zeroline: true,
        zerolinecolor: lightColours.muted,
        nticks: 7,
      },
    },
    table: {
      columns: ["feature", "value", "effect", "forecast so far"],
      rows: rows.map(({ label, value, words, to }) => [
        label.split(" = ")[0]!,
        value === null ? "–" : short(value),
        words || "–",
        formatSales(to),
      ]),
    },
  });
}

/** The contributions that moved most, with labels; the others are one. */
function shortened(contributions: readonly ContributionBar[], most: number) {
  const sorted = contributions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const rest = sorted.slice(most);
  return [
    ...sorted.slice(0, most).map(({ feature, value, contribution }) => ({
      label: `${feature.replaceAll("_", " ")}${value === null ? "" : ` = ${short(value)}`}`,
      value,
      contribution,
    })),
    ...(rest.length === 0 ? [] : [{
      label: `${rest.length} others together`,
      value: null,
      contribution: rest.reduce((sum, { contribution }) => sum + contribution, 0),
    }]),
  ];
}

const short = (value: number) => Number.isInteger(value) ? String(value) : value.toPrecision(3);
