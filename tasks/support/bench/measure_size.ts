/**
 * What a forecast of so many series costs: the same three stages for ten shops and for ten thousand.
 *
 * @module
 */
import pl from "nodejs-polars";
import { type Sample, selectRows } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import type { SourceFile } from "@/core/source.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { lightgbm } from "@/models/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { profileOf, tablesOf } from "@/pipeline/ingest.ts";
import { rowsOfBlock, tradingRows } from "@/pipeline/samples.ts";
import type { Measured, SizeJob } from "./job.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Rows and trees of the model that forecasts: the same for every size, as learning is not what is measured. */
const LEARNT_ROWS = 20_000, TREES = 50;

/** Makes the files, then times `ingest` (files to panel), `featurize`, and `forecast` (features to a submission). */
export async function measureSize(
  { dataset, profile, params }: Context,
  clock: Stopwatch,
  { series, steps }: SizeJob,
): Promise<Measured["facts"]> {
  const encoder = new TextEncoder();
  const files = Object.entries(dataset.generate({ series, steps, seed: params.seed }))
    .map(([path, text]): SourceFile => ({ path, bytes: encoder.encode(text) }));
  const { panel, test } = await clock.time("ingest", () => {
    const tables = tablesOf(dataset.tables, files, profile.name, "memory");
    const laid = dataset.toPanel(tables);
    const panel: Panel = { ...laid.panel, profile: profileOf(laid.panel.frame, profile) };
    return { panel, test: tables["test"]! };
  });
  const blocks = { origin: panel.asOf, horizon: profile.horizon };
  const table = await clock.time("featurize", () => buildFeatures(panel, recipe(panel.profile), blocks));
  const known = tradingRows(rowsOfBlock(table, -1));
  const rows = Uint32Array.from({ length: Math.min(LEARNT_ROWS, known.y.length) }, (_, row) => row);
  const sample: Sample = { x: selectRows(known.x, rows), y: Float32Array.from(known.y.subarray(0, rows.length)) };
  const choices = { ...lightgbm.defaults, rounds: TREES, min_data_in_leaf: 5, threads: params.threads };
  using model = await lightgbm.fit(sample, choices, { seed: params.seed });
  const submission = await clock.time("forecast", () => {
    const forecasts = table.frame.filter(pl.col("block").eq(0)).select("unique_id", "ds")
      .withColumn(pl.Series("forecast", model.predict(rowsOfBlock(table, 0).x)));
    return dataset.submission(test, forecasts);
  });
  return { rows: panel.frame.height, series, forecast: submission.height };
}
