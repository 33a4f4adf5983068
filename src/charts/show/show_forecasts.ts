/**
 * Forecasts in notebooks.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { Displayable } from "@/charts/display.ts";
import { modelName, type Roles } from "@/charts/model_style.ts";
import { showFrame } from "@/charts/show/show_frame.ts";

/**
 * Shows forecasts beside what was sold and what seasonal naive said.
 *
 * @param forecasts Columns unique_id, ds, y and one per model.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { showForecasts } from "@/charts/show/show_forecasts.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1"], ds: ["2015-07-31"], y: [5263], lightgbm: [5100], naive: [4900] });
 * const shown = showForecasts(frame, { champion: "lightgbm", baseline: "naive", unit: "EUR a day" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toContain("Forecasts of LightGBM, EUR a day: 1 row");
 * ```
 */
export function showForecasts(
  forecasts: DataFrame,
  { champion, baseline, unit, head = 6, tail = 2 }: Roles & {
    readonly unit: string;
    readonly head?: number;
    readonly tail?: number;
  },
): Displayable {
  const columns = [...new Set(["unique_id", "ds", "step", "y", champion, baseline])]
    .filter((name) => forecasts.columns.includes(name));
  return showFrame(forecasts, { title: `Forecasts of ${modelName(champion)}, ${unit}`, columns, head, tail });
}
