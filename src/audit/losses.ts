/**
 * How far forecasts of a slice are off, as drills measure it.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import type { Model } from "@/core/regressor.ts";
import { metrics } from "@/evaluation/mod.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import type { Slice } from "@/pipeline/samples.ts";

/** The loss of a model on a slice, in the dataset's metric; rows without a target do not count. */
export function lossOn(model: Model, slice: Slice, profile: DatasetProfile): number {
  const yHat = forecastSlice(model, slice, profile);
  const rows = [...slice.y.keys()].filter((row) => Number.isFinite(slice.y[row]!));
  return lossOfRows(
    profile,
    rows.map((row) => slice.y[row]!),
    rows.map((row) => yHat[row]!),
    rows.map((row) => slice.weight[row]!),
  );
}

/** The loss of a column of forecasts; NaN where the metric is undefined. */
export function lossOfColumn(frame: DataFrame, column: string, profile: DatasetProfile): number {
  const numbers = (name: string) => frame.getColumn(name).toArray() as number[];
  return lossOfRows(profile, numbers("y"), numbers(column), numbers("weight"));
}

function lossOfRows({ metric }: DatasetProfile, y: number[], yHat: number[], weight: number[]): number {
  return metrics[metric](y, yHat, { weight, scale: y.map(() => 1) }) ?? NaN;
}

/** The slice with some of its features shuffled among the rows: together, so that they still fit one another. */
export function permuted(slice: Slice, names: readonly string[], seed: number): Slice {
  const { x } = slice, data = x.data.slice(), chance = random(seed);
  const order = Array.from({ length: x.rows }, (_, row) => row);
  for (let k = order.length - 1; k > 0; k--) {
    const other = chance.integer(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  for (const name of names) {
    const from = x.names.indexOf(name) * x.rows;
    order.forEach((other, row) => data[from + row] = x.data[from + other]!);
  }
  return { ...slice, x: { ...x, data } };
}
