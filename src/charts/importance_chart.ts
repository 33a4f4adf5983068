/**
 * What a model looks at most.
 *
 * @module
 */
import { type Figure, makeFigure, plainText } from "@/charts/figure.ts";
import { formatCount, formatPercent } from "@/charts/format.ts";
import { modelName, sentenceCase } from "@/charts/model_style.ts";
import { lightColours } from "@/charts/theme.ts";

/**
 * Draws the features that a model gains most from, largest first.
 *
 * @param importance Feature → share of the total gain.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { importanceChart } from "@/charts/importance_chart.ts";
 *
 * const figure = importanceChart({ promo: 0.25, y_lag42: 0.75 }, { model: "lightgbm" });
 * expect(figure.title).toBe("y_lag42 alone gives 75\u00a0% of what LightGBM learns");
 * expect(figure.table.rows.map((row) => row[0])).toEqual(["y_lag42", "promo"]);
 * ```
 */
export function importanceChart(
  importance: Readonly<Record<string, number>>,
  { model, top = 20 }: { readonly model: string; readonly top?: number },
): Figure {
  const ranked = Object.entries(importance).filter(([, share]) => Number.isFinite(share)).toSorted((a, b) =>
    b[1] - a[1]
  );
  const total = ranked.reduce((sum, [, share]) => sum + share, 0) || 1;
  const shares = ranked.map(([name, share]) => ({ name, share: share / total }));
  const drawn = shares.slice(0, top);
  // As few features as make up half of the gain: they are the finding.
  let half = 0;
  for (let sum = 0; half < shares.length && sum < 0.5; half++) sum += shares[half]!.share;
  const first = shares[0];
  const title = !first
    ? `${sentenceCase(modelName(model))} does not say which features it uses`
    : half === 1
    ? `${first.name} alone gives ${formatPercent(first.share, 0)} of what ${modelName(model)} learns`
    : `${half} of ${formatCount(shares.length)} features give half of what ${modelName(model)} learns`;
  return makeFigure({
    title,
    subtitle: `Share of the total gain${shares.length > top ? `, the ${top} largest` : ""}`,
    height: Math.max(1, drawn.length) * 24,
    margins: { left: 24 },
    data: [{
      type: "bar",
      orientation: "h",
      y: drawn.map(({ name }) => plainText(name)),
      x: drawn.map(({ share }) => share * 100),
      text: drawn.map(({ share }) => formatPercent(share)),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: "%{y}: %{text}<extra></extra>",
      marker: { color: drawn.map((_, i) => i < half ? lightColours.accent : lightColours.hatch) },
    }],
    layout: {
      bargap: 0.3,
      xaxis: {
        title: { text: "Share of the total gain (%)" },
        ticksuffix: "\u00a0%",
        showgrid: true,
        nticks: 6,
        range: [0, (first?.share ?? 1) * 100 * 1.4],
      },
      yaxis: { type: "category", autorange: "reversed", ticks: "", tickfont: { size: 12 }, dtick: 1 },
    },
    table: {
      columns: ["feature", "share of the gain"],
      rows: shares.map(({ name, share }) => [name, formatPercent(share, 2)]),
    },
  });
}
