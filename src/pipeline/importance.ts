/**
 * What the champion looks at, as a table and as a picture.
 *
 * @module
 */
import { importanceChart, staticSvg } from "@/charts/mod.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";

/** Model → feature → share of the gain. */
export type Importance = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What the champion looks at; of a blend, the members that know it, by weight. */
export function importanceOf(
  { champion, blend }: Pick<Evaluation, "champion" | "blend">,
  known: Importance,
): Readonly<Record<string, number>> | undefined {
  if (known[champion] !== undefined) return known[champion];
  const weights = blend?.weights ?? {};
  const members = Object.keys(weights).filter((name) => known[name] !== undefined && weights[name]! > 0);
  const total = members.reduce((sum, name) => sum + weights[name]!, 0);
  if (total === 0) return undefined;
  const mean: Record<string, number> = {};
  for (const name of members) {
    for (const [feature, share] of Object.entries(known[name]!)) {
      mean[feature] = (mean[feature] ?? 0) + share * weights[name]! / total;
    }
  }
  return mean;
}

/**
 * Writes importance as artifacts of a run: every model's shares as JSON and as CSV (most important first), and the
 * champion's as a drawing that MLflow's page shows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { importanceFiles } from "@/pipeline/importance.ts";
 *
 * const files = importanceFiles({ champion: "lightgbm", blend: null }, { lightgbm: { promo: 0.25, y_lag42: 0.75 } });
 * expect(files["importance.csv"]).toBe("model,feature,share\nlightgbm,y_lag42,0.75\nlightgbm,promo,0.25\n");
 * expect(files["importance.svg"]).toContain("<svg");
 * ```
 */
export function importanceFiles(
  evaluation: Pick<Evaluation, "champion" | "blend">,
  known: Importance,
): Readonly<Record<string, string>> {
  const rows = Object.entries(known).flatMap(([model, shares]) =>
    Object.entries(shares).toSorted((a, b) => b[1] - a[1]).map(([feature, share]) => `${model},${feature},${share}\n`)
  );
  const own = importanceOf(evaluation, known);
  return {
    "importance.json": JSON.stringify(known, null, 2),
    "importance.csv": `model,feature,share\n${rows.join("")}`,
    ...(own === undefined
      ? {}
      : { "importance.svg": staticSvg(importanceChart(own, { model: evaluation.champion }), { fluid: false }) }),
  };
}
