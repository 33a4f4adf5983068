/**
 * The newest forecasts as a file: what the store holds, for everybody who reads tables.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Context } from "@/pipeline/context.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { recordForecast } from "@/pipeline/model_artefact.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import type { ForecastStore, StoredForecast } from "@/serving/stores/forecast_store.ts";
import { writeFrame } from "@/stores/mod.ts";

/**
 * Writes the forecasts of every series to `data/predictions/<dataset>/forecast.parquet`, and records what they were made of.
 *
 * @param fresh Those that were just made, laid out for their contract; the others are read from the store.
 */
export async function keepForecasts(
  context: Context,
  model: ServedModel,
  store: ForecastStore,
  fresh: DataFrame | undefined,
): Promise<void> {
  const { forecast, panel } = keysOf(context.profile.name);
  const made = new Set(fresh?.getColumn("unique_id").toArray() as string[] | undefined);
  const before = model.series.filter((id) => !made.has(id));
  const parts = fresh === undefined ? [] : [fresh];
  if (before.length > 0) {
    const rows: StoredForecast[] = [];
    for (const uniqueId of before) {
      const known = await store.forecasts({ uniqueId, model: `${model.name}/${model.version}`, from: model.origin });
      rows.push(...known.filter(({ origin }) => origin === model.origin));
    }
    if (rows.length > 0) parts.push(predictionsOf(model, rows));
  }
  if (parts.length === 0) return;
  await writeFrame(context.store, forecast, pl.concat(parts).sort(["unique_id", "ds"]));
  await recordForecast(context, Number(model.version), forecast, [panel]);
}
