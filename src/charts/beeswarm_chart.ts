/**
 * What features do over many forecasts at once.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatChange, formatNumberOf, formatSales } from "@/charts/format.ts";
import { sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/** A feature over many forecasts. */
export interface FeatureSwarm {
  /** The feature's name in the feature table: `promo`. */
  readonly feature: string;
  /** One value per forecast; NaN where it is missing. */
  readonly values: ArrayLike<number>;
  /** What it did to each forecast, on the scale of the explanation. */
  readonly contributions: ArrayLike<number>;
}

/** Bins across the drawn range: dots of one bin are stacked. */
const BINS = 80;

/**
 * Draws one dot per forecast and feature: how far to the right says how much the feature raised it, the colour how large the
 * feature was. Features come by what they do on average, the strongest first.
 *
 * @param options.space `log1p` where contributions multiply; anything else where they are units of y.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { beeswarmChart } from "@/charts/beeswarm_chart.ts";
 *
 * const promo = { feature: "promo", values: [0, 1, 1], contributions: [-0.1, 0.3, 0.2] };
 * const figure = beeswarmChart([promo], { space: "log1p", subtitle: "3 forecasts" });
 * expect(figure.title).toBe("Promo moves forecasts most: by 22.1\u00a0% on average");
 * ```
 */
export function beeswarmChart(
  features: readonly FeatureSwarm[],
  { space, subtitle, most = 12 }: { readonly space: string; readonly subtitle: string; readonly most?: number },
): Figure {
  const percent = space === "log1p";
  const size = (contribution: number) => percent ? Math.expm1(contribution) : contribution;
  const strength = ({ contributions }: FeatureSwarm) => meanSize(contributions);
  const ranked = features.toSorted((a, b) => strength(b) - strength(a)).slice(0, most);
  const told = (value: number) => percent ? formatChange(Math.expm1(value), 1).replace("+", "") : formatSales(value);
  const all = ranked.flatMap(({ contributions }) => Array.from(contributions, size));
  const low = Math.min(0, ...all), high = Math.max(0, ...all), bin = (high - low || 1) / BINS;
  const [first] = ranked;
  const words = (name: string) => sentenceCase(name.replaceAll("_", " "));
  return makeFigure({
    title: first
      ? `${words(first.feature)} moves forecasts most: by ${told(strength(first))} on average`
      : "There is no forecast to explain",
    subtitle,
    height: 34 * Math.max(2, ranked.length),
    margins: { left: 220, bottom: 48 },
    data: ranked.map(({ feature, values, contributions }, rank): Data => {
      const at = Array.from(contributions, size), span = rangeOf(values);
      return {
        type: "scatter",
        mode: "markers",
        name: feature,
        showlegend: false,
        x: at,
        y: heights(at, bin, low).map((height) => ranked.length - 1 - rank + height),
        customdata: Array.from(values, (value) => Number.isNaN(value) ? "missing" : Number(value.toPrecision(4))),
        hovertemplate: `${plainText(words(feature))} = %{customdata}: %{x${
          percent ? ":+.1%" : ":,.3s"
        }}<extra></extra>`,
        marker: {
          size: 5,
          opacity: 0.75,
          color: Array.from(
            values,
            (value) => Number.isNaN(value) ? lightColours.hatch : shade((value - span.low) / span.width),
          ),
        },
      };
    }),
    layout: {
      xaxis: {
        title: { text: `Change of the forecast${percent ? "" : " (units)"}; amber: a small value, blue: a large one` },
        tickformat: percent ? "+.0%" : ",~s",
        zeroline: true,
        zerolinecolor: lightColours.muted,
        nticks: 7,
      },
      yaxis: {
        tickmode: "array",
        tickvals: ranked.map((_, rank) => ranked.length - 1 - rank),
        ticktext: ranked.map(({ feature }) => plainText(words(feature))),
        range: [-0.6, ranked.length - 0.4],
        showgrid: false,
        zeroline: false,
        ticks: "",
      },
    },
    table: {
      columns: ["feature", "moves forecasts by", formatNumberOf(first?.values.length ?? 0, "forecast")],
      rows: ranked.map((swarm) => {
        const at = Array.from(swarm.contributions, size);
        const end = (value: number) => percent ? formatChange(value, 1) : formatSales(value);
        return [swarm.feature, told(strength(swarm)), `${end(Math.min(...at))} to ${end(Math.max(...at))}`];
      }),
    },
  });
}

/** The mean size of contributions, on their scale. */
function meanSize(contributions: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < contributions.length; row++) sum += Math.abs(contributions[row]!);
  return contributions.length === 0 ? 0 : sum / contributions.length;
}

/** Dots of one bin stand on both sides of the line in turn, so that a crowd is wide. */
function heights(at: readonly number[], bin: number, low: number): number[] {
  const bins = at.map((value) => Math.floor((value - low) / bin));
  const total = new Map<number, number>(), seen = new Map<number, number>();
  for (const one of bins) total.set(one, (total.get(one) ?? 0) + 1);
  const widest = Math.max(1, ...total.values());
  return bins.map((one) => {
    const k = seen.get(one) ?? 0;
    seen.set(one, k + 1);
    return (k % 2 === 0 ? 1 : -1) * Math.ceil(k / 2) / widest * 0.8;
  });
}

function rangeOf(values: ArrayLike<number>): { readonly low: number; readonly width: number } {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const low = Math.min(...known), high = Math.max(...known);
  return { low, width: high - low || 1 };
}

/** From amber for the smallest to the accent for the largest. */
function shade(share: number): string {
  const [from, to] = [lightColours.amber, lightColours.accent].map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  );
  const mixed = from!.map((value, k) => Math.round(value + (to![k]! - value) * Math.min(1, Math.max(0, share))));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
