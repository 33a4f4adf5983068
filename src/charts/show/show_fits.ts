/**
 * Runs in notebooks: what was fitted, on how much, how long it took.
 *
 * @module
 */
import type { Displayable } from "@/charts/display.ts";
import { formatCount, formatDuration, formatNumberOf } from "@/charts/format.ts";
import { modelName } from "@/charts/model_style.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows the fits of a run, model by model: how many windows, on how many rows, and how long in all.
 *
 * @param run Its experiment and id, so that one finds it again in the tracker.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showFits } from "@/charts/show/show_fits.ts";
 *
 * const fit = { model: "lightgbm", origin: "2015-06-20", seconds: 1.5, rows: 900, history: {} };
 * const shown = showFits([fit, { ...fit, rows: 1800 }], { experiment: "shop", id: "0a1b" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toMatch(/LightGBM +2 +900 – 1,800 +3.0 s/);
 * ```
 */
export function showFits(
  fits: readonly {
    readonly model: string;
    readonly seconds: number;
    readonly rows: number;
    readonly history: Readonly<Record<string, readonly number[]>>;
  }[],
  run: { readonly experiment: string; readonly id: string },
): Displayable {
  const models = [...new Set(fits.map(({ model }) => model))];
  const rows = models.map((model) => {
    const own = fits.filter((fit) => fit.model === model);
    const sizes = own.map(({ rows }) => rows), least = Math.min(...sizes), most = Math.max(...sizes);
    const rounds = Math.max(0, ...own.flatMap(({ history }) => Object.values(history).map(({ length }) => length)));
    return [
      modelName(model),
      formatCount(own.length),
      least === most ? formatCount(most) : `${formatCount(least)} – ${formatCount(most)}`,
      formatDuration(own.reduce((sum, { seconds }) => sum + seconds, 0)),
      rounds === 0 ? "–" : formatCount(rounds),
    ];
  });
  return showTable({ columns: ["model", "fits", "training rows", "time in all", "rounds"], rows }, {
    caption: `Run ${run.id.slice(0, 8)} of ${run.experiment}: ${formatNumberOf(fits.length, "fit")}`,
  });
}
