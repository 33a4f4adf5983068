/**
 * The losses that a version's card keeps, so that a later challenger can be compared with it on the same windows.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { type WindowLosses, windowLosses } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import { levelName } from "@/pipeline/level_name.ts";

/** Series with less than a year of known sales before the forecast. */
const COLD_START = "cold_start";

/**
 * Sums up the losses of every model on one window, also per protected slice: what stores and items are, promotions,
 * holidays, and series that have only begun.
 *
 * @param frame As `windowFrame` lays it out.
 */
export function lossesOf(frame: DataFrame, models: readonly string[], profile: DatasetProfile): WindowLosses {
  const slices = Object.fromEntries(
    protectedSlices(profile).filter((name) => frame.columns.includes(name)).map((name) => {
      const codes = numbers(frame, name);
      return [name, Array.from(codes, (code) => Number.isNaN(code) ? null : levelName(name, code, profile))];
    }),
  );
  const known = frame.columns.includes("history") ? numbers(frame, "history") : new Float64Array();
  const cold = Array.from(known, (steps) => steps < profile.yearLength ? "yes" : null);
  return windowLosses({
    origin: String(frame.getColumn("origin").get(0)),
    ds: frame.select(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[],
    y: numbers(frame, "y"),
    weight: numbers(frame, "weight"),
    scale: numbers(frame, "scale"),
    slices: cold.some((group) => group !== null) ? { ...slices, [COLD_START]: cold } : slices,
    models: Object.fromEntries(models.map((model) => [model, numbers(frame, model)])),
  }, profile.metric);
}

/** The slices that a new model may not sacrifice: properties of series, and events; weekdays and months are not. */
function protectedSlices({ slices, roles, events }: DatasetProfile): string[] {
  return slices.filter((name) => roles[name] === "static" || events.includes(name));
}
