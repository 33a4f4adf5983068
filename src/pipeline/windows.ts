/**
 * The windows that models are judged on, cut out of a panel's features.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { naiveScale, planWindows, type Window, type WindowPlan } from "@/evaluation/mod.ts";
import { buildFeatures, recipe, targetOf } from "@/features/mod.ts";
import type { Slice } from "@/pipeline/samples.ts";
import { isoDate, stepsBetween } from "@/pipeline/time.ts";

/**
 * Plans the windows of a run: the holdout, and the earlier ones by which the champion is chosen.
 *
 * @throws {DatasetError} If the history is too short for the horizon.
 */
export function planRunWindows(panel: Panel, windows: number): WindowPlan {
  const { frequency, horizon, seasonLength, name } = panel.profile;
  try {
    return planWindows({ firstDate: firstDateOf(panel), asOf: panel.asOf, frequency, horizon, seasonLength, windows });
  } catch (error) {
    if (error instanceof RangeError) throw new DatasetError(error.message, { dataset: name }, { cause: error });
    throw error;
  }
}

/** The first date of a panel, `YYYY-MM-DD`. */
export const firstDateOf = ({ frame }: Pick<Panel, "frame">): string =>
  isoDate(frame.select(pl.col("ds").min()).row(0)[0] as Date);

/** A feature table in which a window is exactly one block. */
export interface Aligned {
  readonly table: FeatureTable;
  readonly block: number;
}

/** Returns the features whose blocks start at a window's origin: the table itself, or one that is built for it. */
export function alignTo(origin: string, panel: Panel, table: FeatureTable): Aligned {
  const offset = stepsBetween(table.origin, origin, panel.profile.frequency);
  if (offset % table.horizon === 0) return { table, block: offset / table.horizon };
  const { horizon } = table;
  return { table: buildFeatures(panel, recipe(panel.profile), { origin, horizon }), block: 0 };
}

/**
 * Lays the forecasts of one window out as a table: origin, unique_id, ds, y, step, weight, scale, history (known sales of
 * the series before the origin), the profile's slices, whether it trades, and one column per model. Rows without a known target are left out.
 */
export function windowFrame(
  { table, block }: Aligned,
  window: Window,
  slice: Slice,
  predictions: Readonly<Record<string, Float64Array>>,
): DataFrame {
  const { frame, profile } = table;
  const numbers = (name: string) => frame.getColumn(name).toTypedArray() as ArrayLike<number>;
  const series = numbers("series"), blocks = numbers("block");
  const past = targetOf(table).map((y, row) => blocks[row]! < block ? y : NaN);
  const history = new Map<number, number>();
  past.forEach((y, row) => Number.isNaN(y) || history.set(series[row]!, (history.get(series[row]!) ?? 0) + 1));
  const scales = naiveScale(past, series, { seasonLength: profile.seasonLength });
  const rows = frame.filter(pl.col("block").eq(block));
  const ofSeries = (value: (code: number) => number | undefined) =>
    Float64Array.from(rows.getColumn("series").toArray() as number[], (code) => value(code) ?? 0);
  const shown = [...new Set([...profile.slices, ...profile.openColumn === undefined ? [] : [profile.openColumn]])]
    .filter((name) => rows.columns.includes(name));
  return pl.DataFrame({
    origin: pl.Series("origin", Array<string>(rows.height).fill(window.origin)),
    unique_id: rows.getColumn("unique_id"),
    ds: rows.getColumn("ds"),
    y: rows.getColumn("y"),
    step: rows.getColumn("step"),
    weight: pl.Series("weight", slice.weight),
    scale: pl.Series("scale", ofSeries((code) => scales[code])),
    history: pl.Series("history", ofSeries((code) => history.get(code))),
    ...Object.fromEntries(shown.map((name) => [name, rows.getColumn(name)])),
    ...Object.fromEntries(Object.entries(predictions).map(([name, values]) => [name, pl.Series(name, values)])),
  }).filter(pl.col("y").isNotNull());
}
