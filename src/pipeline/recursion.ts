/**
 * Forecasts one step after the other: the features of a step know the forecasts of the steps before it.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { buildFeatures, dayNumber, recipe, rowsWhere, targetOf } from "@/features/mod.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { rowsOfBlock } from "@/pipeline/samples.ts";
import { addSteps } from "@/pipeline/time.ts";

/** The features of a model that forecasts one step ahead: blocks of one step, so that they reach back to the step before. */
export function oneStepTable(panel: Panel, origin: string): FeatureTable {
  return buildFeatures(panel, recipe(panel.profile, { horizon: 1 }), { origin, horizon: 1 });
}

/**
 * Forecasts `horizon` steps with a model that was fitted on features of one step (`oneStepTable`): each step's forecasts
 * become the sales that the next step's features read. What the panel knows from the origin on of observed columns is
 * erased first. Features are built once per step, which is what this strategy costs.
 *
 * @returns Units of y, one per row of the panel from the origin to the end of the horizon, in the panel's order.
 */
export function forecastRecursively(
  model: Model,
  panel: Panel,
  { origin, horizon }: { readonly origin: string; readonly horizon: number },
): Float64Array<ArrayBuffer> {
  const { profile } = panel, { frequency } = profile;
  const unknown = erased(panel, origin), y = targetOf(unknown);
  const asked = new Set<number>();
  for (let step = 0; step < horizon; step++) {
    const date = addSteps(origin, step, frequency);
    const sold = pl.Series("y", Array.from(y, (value) => Number.isNaN(value) ? null : value), pl.Float64);
    const table = oneStepTable({ ...unknown, frame: unknown.frame.withColumn(sold) }, date);
    const rows = rowsWhere(table, pl.col("block").eq(0));
    const forecasts = forecastSlice(model, rowsOfBlock(table, 0), profile);
    rows.forEach((row, at) => {
      y[row] = forecasts[at]!;
      asked.add(row);
    });
  }
  return Float64Array.from([...asked].sort((a, b) => a - b), (row) => y[row]!);
}

/** The panel as it was known at an origin: observed values from then on are missing, plans are not. */
function erased(panel: Panel, origin: string): Panel {
  const { frame, profile } = panel;
  const observed = ["y", ...Object.keys(profile.roles).filter((name) => profile.roles[name] === "observed")]
    .filter((name) => frame.columns.includes(name));
  const before = pl.col("ds").lt(pl.lit(dayNumber(origin)).cast(pl.Int32).cast(pl.Date));
  return {
    ...panel,
    frame: frame.withColumns(
      ...observed.map((name) => pl.when(before).then(pl.col(name)).otherwise(pl.lit(null)).alias(name)),
    ),
  };
}
