/**
 * Stored forecasts as a table.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { predictionsTable } from "@/checks/mod.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import type { StoredForecast } from "@/serving/stores/forecast_store.ts";

/** Lays forecasts out for the contract of predictions, with what the model knows of their series. */
export function predictionsOf(model: ServedModel, rows: readonly StoredForecast[]): DataFrame {
  const widest = String(Math.max(...model.levels));
  const ids = [...new Set(rows.map(({ uniqueId }) => uniqueId))];
  const text = (name: string, values: readonly string[]) => pl.Series(name, [...values], pl.Utf8);
  const number = (name: string, values: readonly (number | null)[]) => pl.Series(name, [...values], pl.Float64);
  const dates = (values: readonly string[]) => text("ds", values).cast(pl.Date);
  const forecasts = pl.DataFrame([
    text("unique_id", rows.map(({ uniqueId }) => uniqueId)),
    dates(rows.map(({ ds }) => ds)),
    text("model", rows.map(({ model }) => model)),
    number("forecast", rows.map(({ yHat }) => yHat)),
    number("lo", rows.map(({ intervals }) => intervals[widest]?.[0] ?? null)),
    number("hi", rows.map(({ intervals }) => intervals[widest]?.[1] ?? null)),
  ]);
  const records = ids.map((id) => {
    const known = model.history(id).flatMap(({ y }) => y === null ? [] : [y]);
    return known.length === 0 ? null : known.reduce((most, y) => Math.max(most, y));
  });
  const background = {
    origin: model.origin,
    last: model.dateOf(model.horizon - 1),
    history: pl.DataFrame([text("unique_id", ids), number("y", records)]),
  };
  const { openColumn } = model.profile;
  if (openColumn === undefined) return predictionsTable(forecasts, background);
  const days = ids.flatMap((id) => model.plan(id).map(({ ds, known }) => ({ id, ds, open: known[openColumn] })));
  const plan = pl.DataFrame([
    text("unique_id", days.map(({ id }) => id)),
    dates(days.map(({ ds }) => ds)),
    number("open", days.map(({ open }) => typeof open === "number" ? open : null)),
  ]);
  return predictionsTable(forecasts, { ...background, plan });
}
