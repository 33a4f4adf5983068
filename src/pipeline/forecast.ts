/**
 * Forecast: load the newest registered model, and forecast the rows of a folder's test.csv. Nothing is trained.
 *
 * @module
 */
import { resolve } from "node:path";
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, ModelUnavailableError, ParamsError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import type { Files, Model } from "@/core/regressor.ts";
import type { ModelVersion } from "@/core/registry.ts";
import type { SourceFile } from "@/core/source.ts";
import type { IntervalRecipe } from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { profileOf, runSource, tablesOf } from "@/pipeline/ingest.ts";
import { CARD_PAGE } from "@/pipeline/card_document.ts";
import { columnsOf } from "@/pipeline/intervals.ts";
import { CARD_FORMAT, type ModelCard } from "@/pipeline/model_card.ts";
import { loaderOf } from "@/pipeline/models.ts";
import { PYTHON_FILES } from "@/pipeline/python_flavors.ts";
import { rowsOfBlock } from "@/pipeline/samples.ts";
import { predictionsFrom, validatePredictions } from "@/pipeline/validate_predictions.ts";
import { addSteps, daysOf, stepsBetween } from "@/pipeline/time.ts";
import { firstDateOf } from "@/pipeline/windows.ts";

/** Forecasts, and where they come from. */
export interface Forecasts {
  /** The competition's submission file: one row per row of test.csv, in its order. */
  readonly submission: DataFrame;
  readonly model: { readonly name: string; readonly version: number; readonly champion: string };
  readonly source: string;
  /** The source's files that were read, where they lie on this disk. */
  readonly inputs: readonly string[];
  /** The first date that is forecast. */
  readonly from: string;
}

/** A model of the registry that is ready to forecast. */
export interface LoadedModel {
  readonly version: ModelVersion;
  readonly card: ModelCard;
  readonly model: Model;
  /** What puts intervals around its forecasts; null where its run could learn none. */
  readonly intervals: IntervalRecipe | null;
}

/** The file of a version that holds its interval recipe. */
export const INTERVALS_FILE = "intervals.json";

/**
 * Forecasts the rows of the source's test.csv with the newest registered model of the working folder.
 *
 * @param options.levels Levels of intervals in percent: 80 adds the columns `lo-80` and `hi-80`.
 * @throws {GateError} If the forecasts break their contract.
 * @throws {ModelUnavailableError} If intervals are asked for and the model has learnt none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { datasets } from "@/datasets/mod.ts";
 * import { openContext } from "@/pipeline/context.ts";
 * import { forecast } from "@/pipeline/forecast.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 * import { directoryStore } from "@/stores/mod.ts";
 *
 * const shop = directoryStore(await Deno.makeTempDir()), files = datasets["rossmann"]!.generate({ series: 3, steps: 250, seed: 1 });
 * for (const [file, text] of Object.entries(files)) await shop.put(`raw/${file}`, text);
 * const overrides = { source: shop.path("raw"), windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: shop.path("work"), overrides });
 * await pipeline(context);
 * const { submission, model } = await forecast(context);
 * expect([submission.columns, model.champion]).toEqual([["Id", "Sales"], "group_median"]);
 * ```
 */
export async function forecast(
  context: Context,
  { levels = [] }: { readonly levels?: readonly number[] } = {},
): Promise<Forecasts> {
  const { dataset, profile, params, log } = context;
  if (params.source === "kaggle") throw new ParamsError("Cannot forecast from kaggle: give the folder with test.csv");
  const { version, card, model: loaded, intervals } = await loadNewest(context);
  using model = loaded;
  if (levels.length > 0 && intervals === null) {
    throw new ModelUnavailableError(
      `Cannot set intervals as ${version.name} version ${version.version} has learnt none: train one with ` +
        `\`deno task pipeline --dataset ${profile.name} --windows 3\``,
    );
  }
  const source = runSource(context);
  const files: SourceFile[] = [];
  for await (const file of source.files(dataset.tables.map(({ file }) => file))) files.push(file);
  const tables = tablesOf(dataset.tables, files, profile.name, source.name);
  const test = tables["test"];
  if (test === undefined) {
    throw new DatasetError(
      `Cannot forecast ${profile.name} as ${source.name} has no test.csv: it lists the rows to forecast`,
      {
        dataset: profile.name,
        file: "test.csv",
      },
    );
  }
  const laid = dataset.toPanel(tables, params.asOf === undefined ? {} : { asOf: params.asOf });
  const panel: Panel = { ...laid.panel, profile: { ...profileOf(laid.panel.frame, profile), horizon: card.horizon } };
  requireWithinHorizon(panel, card);
  const predictions = predictAhead(panel, card, model, { intervals, levels });
  const window = { origin: panel.asOf, horizon: card.horizon };
  await validatePredictions(context, predictionsFrom(panel, widest(predictions, levels, card.champion), window));
  const submission = dataset.submission(test, predictions);
  log.info("forecast", { rows: submission.height, from: panel.asOf, version: version.version });
  return {
    submission,
    model: { name: version.name, version: version.version, champion: card.champion },
    source: source.name,
    inputs: files.map(({ path }) => resolve(source.name, path)).filter(isFile),
    from: panel.asOf,
  };
}

/** The forecasts as rows of a model, with the widest of their intervals. */
function widest(predictions: DataFrame, levels: readonly number[], model: string): DataFrame {
  const named = predictions.withColumn(pl.lit(model).alias("model"));
  if (levels.length === 0) return named;
  const level = Math.max(...levels);
  return named.withColumns(pl.col(`lo-${level}`).alias("lo"), pl.col(`hi-${level}`).alias("hi"));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * Forecasts every future step of a panel.
 *
 * @param options.levels Levels of intervals in percent, by the recipe `intervals`.
 * @returns Columns unique_id, ds, forecast, and per level `lo-80`, `hi-80`.
 * @throws {ModelUnavailableError} If the model wants features that this version of the code does not build.
 */
export function predictAhead(
  panel: Panel,
  card: ModelCard,
  model: Model,
  { intervals = null, levels = [] }: {
    readonly intervals?: IntervalRecipe | null;
    readonly levels?: readonly number[];
  } = {},
): DataFrame {
  const { profile, asOf } = panel;
  const features = recipe(profile, { horizon: card.horizon });
  const missing = card.features.map(({ name }) => name).filter((name) => !features.some((own) => own.name === name));
  if (missing.length > 0) {
    throw new ModelUnavailableError(
      `Cannot use the model as this version of the code does not build its features ${missing.slice(0, 3).join(", ")}` +
        `${missing.length > 3 ? ", …" : ""}: train again with \`deno task pipeline\``,
    );
  }
  const blocks = { origin: asOf, horizon: card.horizon, series: card.series };
  const table = onTimeAxisOf(card, panel, buildFeatures(panel, features, blocks));
  const slice = rowsOfBlock(table, 0);
  const values = forecastSlice(model, slice, profile);
  const ahead = table.frame.filter(pl.col("block").eq(0)).withColumn(pl.Series("forecast", values));
  const columns = intervals === null ? {} : columnsOf(intervals, ahead, "forecast", profile, levels);
  const forecasts = ahead.select("unique_id", "ds", "forecast");
  return levels.length === 0 ? forecasts : forecasts.withColumns(
    ...levels.flatMap((level) => [
      pl.Series(`lo-${level}`, columns[level]!.lo),
      pl.Series(`hi-${level}`, columns[level]!.hi),
    ]),
  );
}

/** Counts steps from where the model's training data began: a folder's history may begin earlier or later. */
function onTimeAxisOf({ firstDate }: ModelCard, { frame, profile }: Panel, table: FeatureTable): FeatureTable {
  const begins = firstDateOf({ frame });
  const offset = stepsBetween(firstDate, begins, profile.frequency);
  return offset === 0
    ? table
    : { ...table, frame: table.frame.withColumn(pl.col("t").add(offset).cast(pl.Float32).alias("t")) };
}

/**
 * Loads the newest version of the run's registered model, its files verified.
 *
 * @throws {ModelUnavailableError} If nothing is registered yet, or its files are damaged.
 */
export async function loadNewest(context: Context): Promise<LoadedModel> {
  const { registry, profile } = context;
  const name = registeredName(context);
  const version = (await registry.versions(name)).at(-1);
  if (version === undefined) {
    throw new ModelUnavailableError(
      `Cannot find a registered model named ${name}: run \`deno task pipeline --dataset ${profile.name}\` first`,
    );
  }
  const files = await registry.files(version);
  const card = readCard(files["card.json"], `${name} version ${version.version}`);
  const model = await loaderOf(card.champion, profile, card.kinds).load(modelFilesOf(files));
  return { version, card, model, intervals: readIntervals(files) };
}

/** What the files of a version say about intervals; null when there is nothing. */
export function readIntervals(files: Files): IntervalRecipe | null {
  const bytes = files[INTERVALS_FILE];
  return bytes === undefined ? null : JSON.parse(new TextDecoder().decode(bytes)) as IntervalRecipe;
}

/** The files that a model is loaded from: all of a version's but the documents about it. */
export function modelFilesOf(files: Files): Files {
  const about = ["card.json", CARD_PAGE, "metrics.json", "approval.json", INTERVALS_FILE, "checksums.json"];
  const documents = [...about, ...PYTHON_FILES];
  return Object.fromEntries(Object.entries(files).filter(([name]) => !documents.includes(name)));
}

/**
 * Reads the card of a version.
 *
 * @param what Names the model in the message.
 * @throws {ModelUnavailableError} If it is missing, not JSON, or written by another version of the code.
 */
export function readCard(bytes: Uint8Array | undefined, what: string): ModelCard {
  try {
    const card = JSON.parse(new TextDecoder().decode(bytes)) as ModelCard;
    if (card.format !== CARD_FORMAT) {
      throw new RangeError(`its format is ${card.format}, this code reads ${CARD_FORMAT}`);
    }
    return card;
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ModelUnavailableError(`Cannot use the model ${what} as its card.json is unreadable: ${why}`, { cause });
  }
}

function requireWithinHorizon({ frame, asOf, profile }: Panel, { horizon }: ModelCard): void {
  const last = frame.select(pl.col("ds").max().cast(pl.Utf8)).row(0)[0] as string;
  const end = addSteps(asOf, horizon - 1, profile.frequency);
  if (last <= end) return;
  const days = Temporal.PlainDate.from(asOf).until(Temporal.PlainDate.from(last), { largestUnit: "day" }).days;
  const needed = Math.floor(days / daysOf(profile.frequency)) + 1;
  const unit = profile.frequency === "1w" ? "weeks" : "days";
  throw new DatasetError(
    `Cannot forecast test.csv up to ${last} as that is ${needed} ${unit} ahead and the model was trained for ${horizon}: ` +
      `train one with \`deno task pipeline --dataset ${profile.name} --horizon ${needed}\``,
    { dataset: profile.name, file: "test.csv", column: "Date" },
  );
}
