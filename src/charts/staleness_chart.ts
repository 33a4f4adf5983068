/**
 * How much worse models get with age.
 *
 * @module
 */
import { type Figure, makeFigure } from "@/charts/figure.ts";
import { formatChange, formatCount, formatPercent } from "@/charts/format.ts";
import { lightColours } from "@/charts/theme.ts";

/** Models of one age, beside fresh ones of the same weeks. */
export interface AgedModels {
  /** Weeks since training. */
  readonly age: number;
  /** Share of sales that forecasts missed by. */
  readonly wape: number;
  /** The same share for fresh models in the same weeks. */
  readonly fresh: number;
  /** Weeks that were compared. */
  readonly pairs: number;
}

/**
 * Draws the error of models by their age, beside that of fresh models in the same weeks.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { stalenessChart } from "@/charts/staleness_chart.ts";
 *
 * const ages = [{ age: 0, wape: 0.1, fresh: 0.1, pairs: 9 }, { age: 8, wape: 0.12, fresh: 0.1, pairs: 4 }];
 * expect(stalenessChart(ages).title).toMatch(/^After 8 weeks a model's error is 20.0\s% above a fresh one's$/);
 * ```
 */
export function stalenessChart(ages: readonly AgedModels[]): Figure {
  const last = ages.at(-1);
  const line = (name: string, y: readonly number[], color: string, dash: "solid" | "dot") => ({
    type: "scatter" as const,
    mode: "lines" as const,
    name,
    x: ages.map(({ age }) => age),
    y: [...y],
    line: { color, width: 2, dash },
    hovertemplate: "%{x} weeks: %{y:.2%}",
  });
  return makeFigure({
    title: last === undefined
      ? "No model was old enough to compare"
      : `After ${last.age} weeks a model's error is ${formatPercent(Math.abs(more(last)))} ${
        more(last) < 0 ? "below" : "above"
      } a fresh one's`,
    subtitle:
      "Share of sales that forecasts miss by, by weeks since training; fresh models of the same weeks beside it",
    height: 260,
    data: ages.length === 0 ? [] : [
      line("as old as this", ages.map(({ wape }) => wape), lightColours.accent, "solid"),
      line("fresh", ages.map(({ fresh }) => fresh), lightColours.ghost, "dot"),
    ],
    layout: {
      showlegend: true,
      xaxis: { title: { text: "Weeks since training" }, rangemode: "tozero" },
      yaxis: { title: { text: "Missed (share of sales)" }, tickformat: ".1%", nticks: 6 },
    },
    table: {
      columns: ["weeks since training", "missed", "fresh ones", "more", "weeks compared"],
      rows: ages.map(({ age, wape, fresh, pairs }) => [
        String(age),
        formatPercent(wape, 2),
        formatPercent(fresh, 2),
        formatChange(more({ wape, fresh }), 1),
        formatCount(pairs),
      ]),
    },
  });
}

const more = ({ wape, fresh }: Pick<AgedModels, "wape" | "fresh">) => wape / fresh - 1;
