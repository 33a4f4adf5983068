/**
 * What ways of retraining save or cost over a stretch of history, week by week.
 *
 * @module
 */
import type { Data } from "plotly.js";
import { directLabels, type Figure, labelRoom, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatDate, formatSales } from "@/charts/format.ts";
import { lightColours, okabeIto } from "@/charts/theme.ts";

/** A way of retraining, and what each week of it cost. */
export interface PolicyLine {
  /** What it is called: `drift`, `monthly`. */
  readonly policy: string;
  /** First date of the week and its cost, with what was spent before it, in order of time. */
  readonly weeks: readonly { readonly week: string; readonly cost: number }[];
  /** Weeks before which a new model took over. */
  readonly deployed: readonly string[];
  /** Nobody can follow it, as it knows the future: drawn, and never called the best. */
  readonly hypothetical?: boolean;
}

const COLOURS = [lightColours.accent, okabeIto.vermillion, okabeIto.bluishGreen, okabeIto.reddishPurple];

/**
 * Draws what each policy saved against the first one given, added up: the line rises where it is worth its price.
 *
 * @param unit What costs are counted in: `€`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { policyChart } from "@/charts/policy_chart.ts";
 *
 * const line = (policy: string, cost: number) => ({ policy, weeks: [{ week: "2015-05-01", cost }], deployed: [] });
 * const { title } = policyChart([line("never", 100), line("drift", 80), line("monthly", 120)], "€");
 * expect(title).toBe("Drift costs least: 20 € less than never");
 * ```
 */
export function policyChart([base, ...others]: readonly PolicyLine[], unit: string): Figure {
  const sum = ({ weeks }: PolicyLine) => weeks.reduce((all, { cost }) => all + cost, 0);
  const saved = others.map((line) => {
    let total = 0;
    return line.weeks.map(({ cost }, k) => total += base!.weeks[k]!.cost - cost);
  });
  const best = others.filter(({ hypothetical }) => !hypothetical).sort((a, b) => sum(a) - sum(b))[0];
  const gain = best === undefined ? 0 : sum(base!) - sum(best);
  const values = [0, ...saved.flat()], low = Math.min(...values), high = Math.max(...values);
  const pad = (high - low) * 0.08 || 1, range: [number, number] = [low - pad, high + pad], height = 300;
  const ends = others.map(({ policy }, k) => ({
    text: plainText(policy),
    y: saved[k]!.at(-1) ?? 0,
    color: COLOURS[k % COLOURS.length]!,
  }));
  const name = (policy: string) => policy[0]!.toUpperCase() + policy.slice(1);
  return makeFigure({
    title: base === undefined || best === undefined
      ? "No policy was replayed"
      : gain > 0
      ? `${name(best.policy)} costs least: ${formatSales(gain)} ${unit} less than ${base.policy}`
      : `${name(base.policy)} costs least: nothing pays for itself`,
    subtitle: `Saved against ${
      base?.policy ?? "nothing"
    }, added up: errors, computing and people; a dot is a new model`,
    height,
    margins: { right: labelRoom(ends) },
    data: others.flatMap(({ policy, weeks, deployed }, k): Data[] => {
      const color = COLOURS[k % COLOURS.length]!, isNew = weeks.map(({ week }) => deployed.includes(week));
      return [{
        type: "scatter",
        mode: "lines+markers",
        name: plainText(policy),
        x: weeks.map(({ week }) => week),
        y: saved[k]!,
        line: { color, width: 2 },
        marker: { color, size: isNew.map((own) => own ? 8 : 0) },
        hovertemplate: `%{x}: %{y:,.0f} ${plainText(unit)}`,
      }];
    }),
    layout: {
      xaxis: { title: { text: "Week" }, type: "date" },
      yaxis: { title: { text: `Saved (${unit})` }, range, zeroline: true, nticks: 6 },
      annotations: directLabels(ends, range, height),
    },
    table: {
      columns: ["week", ...others.map(({ policy }) => `saved by ${policy}`)],
      rows: (base?.weeks ?? []).map(({ week }, k) => [
        formatDate(week),
        ...saved.map((line) => formatCount(Math.round(line[k]!))),
      ]),
    },
  });
}
