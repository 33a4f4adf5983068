/**
 * Why a forecast is what it is: how much each thing moved it.
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
  readonly feature: string;
  /** What the feature was. */
  readonly value: number | null;
  /** On the model's own scale: with `log1p`, 0.1 is about 10 % more. */
  readonly contribution: number;
}

/** A contribution as people say it: a share of the forecast on the log scale, units otherwise. */
const inWords = (contribution: number, space: string) =>
  space === "log1p" ? formatChange(Math.expm1(contribution), 1) : formatSales(contribution);

/**
 * Draws the features that moved a forecast most, the others added up: rising to the right, falling to the left.
 *
 * @param options.space `log1p` where contributions multiply; anything else where they add up.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { contributionChart } from "@/charts/contribution_chart.ts";
 *
 * const bars = [{ feature: "promo", value: 1, contribution: Math.log(1.38) }];
 * const figure = contributionChart(bars, { title: "Why Monday", subtitle: "", space: "log1p" });
 * expect(figure.table.rows[0]).toEqual(["promo", "1", "+38.0\u00a0%"]);
 * ```
 */
export function contributionChart(
  contributions: readonly ContributionBar[],
  { title, subtitle, space, most = 9 }: {
    readonly title: string;
    readonly subtitle: string;
    readonly space: string;
    readonly most?: number;
  },
): Figure {
  const sorted = contributions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const rest = sorted.slice(most);
  const shown: readonly (ContributionBar & { readonly label: string })[] = [
    ...sorted.slice(0, most).map((bar) => ({
      ...bar,
      label: `${bar.feature.replaceAll("_", " ")}${bar.value === null ? "" : ` = ${short(bar.value)}`}`,
    })),
    ...(rest.length === 0 ? [] : [{
      feature: "others",
      value: null,
      contribution: rest.reduce((sum, { contribution }) => sum + contribution, 0),
      label: `${rest.length} others together`,
    }]),
  ];
  const percent = space === "log1p";
  const size = (contribution: number) => percent ? Math.expm1(contribution) : contribution;
  const upwards = shown.toReversed();
  return makeFigure({
    title,
    subtitle,
    height: 28 * Math.max(3, shown.length),
    margins: { left: 220, bottom: 48 },
    data: [{
      type: "bar",
      orientation: "h",
      x: upwards.map(({ contribution }) => size(contribution)),
      y: upwards.map(({ label }) => plainText(sentenceCase(label))),
      text: upwards.map(({ contribution }) => inWords(contribution, space)),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: "%{y}: %{text}<extra></extra>",
      marker: {
        color: upwards.map(({ contribution }) => contribution >= 0 ? lightColours.accent : lightColours.amber),
      },
    } as Data],
    layout: {
      xaxis: {
        title: { text: percent ? "Change of the forecast" : "Units" },
        tickformat: percent ? "+.0%" : ",~s",
        zeroline: true,
        zerolinecolor: lightColours.muted,
        nticks: 7,
      },
    },
    table: {
      columns: ["feature", "value", "effect"],
      rows: shown.map(({ feature, value, contribution }) => [
        feature,
        value === null ? "–" : short(value),
        inWords(contribution, space),
      ]),
    },
  });
}

const short = (value: number) => Number.isInteger(value) ? String(value) : value.toPrecision(3);
