/**
 * Each stage as a call of the pure functions behind it: what reading, features and trees cost by themselves.
 *
 * @module
 */
import { join } from "node:path";
import type { TableSpec } from "@/core/dataset.ts";
import { type Matrix, type Sample, selectColumns } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import type { SourceFile } from "@/core/source.ts";
import { buildFeatures, proveNoLeak, recipe } from "@/features/mod.ts";
import { regressors } from "@/models/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { profileOf, tablesOf } from "@/pipeline/ingest.ts";
import { contestant } from "@/pipeline/models.ts";
import { asSample, rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps } from "@/pipeline/time.ts";
import { validateStage } from "@/pipeline/validate.ts";
import { folderSource } from "@/stores/mod.ts";
import type { Measured, StagesJob } from "./job.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Runs every stage once, from CSV files to forecasts of the holdout. */
export async function measureStages(
  context: Context,
  clock: Stopwatch,
  { folder, reads, rounds, exchange }: StagesJob,
): Promise<Measured["facts"]> {
  const { dataset, profile, params, choices } = context;
  const read = async (specs: readonly TableSpec[]) => {
    const files: SourceFile[] = [];
    for await (const file of folderSource(folder).files(specs.map(({ file }) => file))) files.push(file);
    return tablesOf(specs, files, profile.name, "the folder");
  };
  const isRead = ({ name }: TableSpec) => reads.includes(name);
  const first = await clock.time("read", () => read(dataset.tables.filter(isRead)));
  const more = dataset.tables.filter((spec) => !isRead(spec));
  const rest = more.length === 0 ? {} : await clock.time("read_more", () => read(more));
  const tables = { ...first, ...rest };

  const panel = await clock.time("panel", (): Panel => {
    const { test: _future, ...known } = tables;
    const laid = dataset.toPanel(known, params.asOf === undefined ? {} : { asOf: params.asOf });
    return { ...laid.panel, profile: profileOf(laid.panel.frame, profile) };
  });
  await clock.time("validate", async () => {
    await validateStage(context, "raw", tables);
    await validateStage(context, "panel", { panel: panel.frame });
  });
  const { horizon, frequency } = profile;
  const origin = holdoutOrigin(panel), features = recipe(panel.profile);
  const table = await clock.time("features", () => buildFeatures(panel, features, { origin, horizon }));
  const series = seriesOf(panel).length;
  await clock.time("leakcheck", () =>
    proveNoLeak(panel, features, {
      origins: [addSteps(origin, -horizon, frequency), origin],
      horizon,
      seed: params.seed,
      series: Math.min(params.leakcheck.series || Infinity, series),
    }));
  const [known, ahead] = await clock.time("matrix", () => [rowsBefore(table, 0, choices), rowsOfBlock(table, 0)]);

  const rival = contestant("lightgbm", panel.profile, choices, params);
  const options = { seed: params.seed };
  const own = { ...rival.params, rounds, early_stopping_rounds: 0 };
  using model = await clock.time("train", () => rival.regressor.fit(asSample(known), own, options));
  await clock.time("predict", () => forecastSlice(model, ahead, panel.profile));

  if (exchange !== undefined) {
    const keys = new Set(features.filter(({ key }) => key).map(({ name }) => name));
    const names = known.x.names.filter((name) => !keys.has(name));
    const sample: Sample = { x: selectColumns(known.x, names), y: Float32Array.from(known.y, Math.log1p) };
    const rows = selectColumns(ahead.x, names);
    const plain = { ...regressors["lightgbm"]!.defaults, ...choices.regressors["lightgbm"] };
    const alike = { ...plain, objective: "l2", rounds, early_stopping_rounds: 0, threads: params.threads };
    using fitted = await clock.time("same_train", () => regressors["lightgbm"]!.fit(sample, alike, options));
    const forecasts = await clock.time("same_predict", () => fitted.predict(rows));
    await leave(exchange, sample, rows, { ...alike, seed: params.seed }, forecasts);
  }
  return {
    rows: panel.frame.height,
    series,
    features: table.features.length,
    origin,
    lastDate: addSteps(panel.asOf, -1, frequency),
    trained: known.y.length,
    forecast: ahead.y.length,
  };
}

/** Leaves the numbers that were learnt from as plain floats, column after column, with what is needed to read them. */
async function leave(
  folder: string,
  { x, y }: Sample,
  rows: Matrix,
  params: object,
  forecasts: Float64Array<ArrayBuffer>,
): Promise<void> {
  const bytes = (values: Float32Array | Float64Array) =>
    new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  // A file's bytes must not be shared memory.
  const plain = (values: Float32Array) => {
    const copy = new Float32Array(values.length);
    copy.set(values);
    return bytes(copy);
  };
  await Deno.writeFile(join(folder, "x.f32"), plain(x.data));
  await Deno.writeFile(join(folder, "y.f32"), plain(y));
  await Deno.writeFile(join(folder, "ahead.f32"), plain(rows.data));
  await Deno.writeFile(join(folder, "forecasts.f64"), bytes(forecasts));
  const categorical = x.categorical.map((name) => x.names.indexOf(name));
  await Deno.writeTextFile(
    join(folder, "exchange.json"),
    JSON.stringify({ rows: x.rows, ahead: rows.rows, columns: x.names.length, categorical, params }),
  );
}
