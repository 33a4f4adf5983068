/**
 * Step 1: fetch raw files, read them strictly, and lay them out as a panel.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { CleaningNote, RawTables, TableSpec } from "@/core/dataset.ts";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { Source, SourceFile } from "@/core/source.ts";
import { readTable } from "@/datasets/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { recordLineage } from "@/pipeline/record_lineage.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { isoDate } from "@/pipeline/time.ts";
import { firstDateOf, planRunWindows } from "@/pipeline/windows.ts";
import { lineageOf, openSource, rawFolder, readFrame, readLineage } from "@/stores/mod.ts";
import { type TableExtent, writeFrame, writeLineage, writeRaw } from "@/stores/mod.ts";
import { matches } from "@/stores/sources/patterns.ts";

/** What `ingest` knows about the panel it wrote. */
export interface PanelCard {
  readonly dataset: string;
  readonly source: string;
  /** The first date whose target is not known. */
  readonly asOf: string;
  readonly firstDate: string;
  readonly rows: number;
  readonly series: number;
  /** The data's identity: see `fingerprint` in stores/lineage.ts. */
  readonly fingerprint: string;
  readonly cleaning: readonly CleaningNote[];
}

/** A panel, and the raw tables it was made from. */
export interface Ingested {
  readonly panel: Panel;
  readonly card: PanelCard;
  readonly tables: RawTables;
}

/** A source that was read and understood, of which nothing is stored yet. */
export interface Taken {
  readonly source: string;
  readonly files: readonly SourceFile[];
  readonly tables: RawTables;
  readonly panel: Panel;
  readonly cleaning: readonly CleaningNote[];
}

/**
 * Fetches the run's source into `data/raw/`, records where it came from, and writes the panel: all of it, or nothing.
 *
 * @throws {DatasetError} If a file is missing or not as its table promises, or the history is too short for the horizon.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { ingest, profileOf, readIngested } from "@/pipeline/ingest.ts";
 *
 * const overrides = { series: 3, steps: 250 };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { panel, card } = await ingest(context);
 * expect([card.series, card.rows]).toEqual([3, panel.frame.height]);
 * // Whoever comes later finds the same again.
 * expect((await readIngested(context)).card).toEqual(card);
 * expect(profileOf({ columns: ["promo"] }, panel.profile).roles).toEqual({ promo: "known" });
 * ```
 */
export async function ingest(context: Context): Promise<Ingested> {
  return await keep(context, await take(context));
}

/**
 * Fetches the run's source, reads it strictly and lays it out. The working folder stays as it is, so that data which is
 * refused, here or by a contract, leaves no trace in it.
 *
 * @throws {DatasetError} If a file is missing or not as its table promises, or the history is too short for the horizon.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { take } from "@/pipeline/ingest.ts";
 * import { validateStage } from "@/pipeline/validate.ts";
 *
 * const overrides = { series: 3, steps: 250 };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { panel } = await take(context);
 * const verdicts = await validateStage(context, "panel", { panel: panel.frame });
 * expect(verdicts.map(({ result }) => result.success)).toEqual([true]);
 * await expect(validateStage(context, "panel", { panel: panel.frame.drop("y") })).rejects.toThrow("Refused");
 * ```
 */
export async function take(context: Context): Promise<Taken> {
  const { dataset, profile } = context;
  const source = runSource(context);
  const files = await Array.fromAsync(source.files(dataset.tables.map(({ file }) => file)));
  const tables = tablesOf(dataset.tables, files, profile.name, source.name);
  return { source: source.name, files, tables, ...layOut(context, tables) };
}

/** Lays raw tables out as a panel. */
export function layOut(context: Context, tables: RawTables): Pick<Taken, "panel" | "cleaning"> {
  const { dataset, profile, params } = context;
  // The pipeline works on known targets; what is to be forecast (`test`) is the forecast task's matter.
  const { test: _future, ...past } = tables;
  const { panel, cleaning } = dataset.toPanel(past, params.asOf === undefined ? {} : { asOf: params.asOf });
  const own: Panel = { ...panel, profile: profileOf(panel.frame, profile) };
  planRunWindows(own, params.windows);
  return { panel: own, cleaning };
}

/** Writes the panel anew that was laid out from other rows of the same files: without those that were set aside. */
export async function rewritePanel(context: Context, panel: Panel, card: PanelCard): Promise<void> {
  const { profile, params, store } = context;
  const keys = keysOf(profile.name);
  await writeFrame(store, keys.panel, panel.frame);
  if (params.csv) await writeFrame(store, keys.panel.replace(/parquet$/, "csv"), panel.frame);
  await writeJson(store, keys.panelCard, { ...card, rows: panel.frame.height, series: seriesOf(panel).length });
  const { files } = await readLineage(store, profile.name);
  const raw = files.map(({ path, bytes, sha256 }) => ({ name: `${keys.raw}/${path}`, bytes, sha256 }));
  await recordLineage(context, { job: "validate", inputs: raw, outputs: [keys.panel] });
}

/** Stores what was taken: raw files, lineage, panel. */
export async function keep(context: Context, { source, files, tables, panel, cleaning }: Taken): Promise<Ingested> {
  const { dataset, profile, params, store, now, log } = context;
  const stored = await writeRaw(store, profile.name, inTurn(files));
  const extents = Object.fromEntries(extentsOf(dataset.tables, tables));
  const record = lineageOf({ dataset: profile.name, source, files: stored, tables: extents, now: now() });
  const card: PanelCard = {
    dataset: profile.name,
    source,
    asOf: panel.asOf,
    firstDate: firstDateOf(panel),
    rows: panel.frame.height,
    series: seriesOf(panel).length,
    fingerprint: record.fingerprint,
    cleaning,
  };
  const keys = keysOf(profile.name);
  await writeLineage(store, record);
  await writeFrame(store, keys.panel, panel.frame);
  if (params.csv) await writeFrame(store, keys.panel.replace(/parquet$/, "csv"), panel.frame);
  await writeJson(store, keys.panelCard, card);
  const raw = stored.map(({ path, bytes, sha256 }) => ({ name: `${keys.raw}/${path}`, bytes, sha256 }));
  await recordLineage(context, { job: "fetch", inputs: [], outputs: raw.map((file) => ({ ...file, source })) });
  await recordLineage(context, { job: "ingest", inputs: raw, outputs: [keys.panel] });
  log.info("fetched", { source, files: stored.length, fingerprint: record.fingerprint });
  log.info("laid out", { rows: card.rows, series: card.series, asOf: card.asOf });
  for (const note of cleaning) log.info("cleaned", { ...note });
  return { panel, card, tables };
}

async function* inTurn<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}

/** Opens the place that `--source` names. */
export function runSource(context: Context): Source {
  const { params, dataset, choices, store, env, onDownload } = context;
  const names = [
    "KAGGLE_USERNAME",
    "KAGGLE_KEY",
    "KAGGLE_API_TOKEN",
    "KAGGLE_API_ENDPOINT",
    "KAGGLE_CONFIG_DIR",
    "HOME",
    "USERPROFILE",
  ];
  return openSource(params.source, {
    dataset,
    synthetic: { series: 60, seed: params.seed, ...choices.synthetic },
    env: Object.fromEntries(names.map((name) => [name, env(name)])),
    cache: store.path(".cache/downloads"),
    onProgress: onDownload,
  });
}

/**
 * Reads the panel that `ingest` wrote, with its raw tables when they are asked for.
 *
 * @throws {MissingInputError} If nothing was ingested yet.
 */
export async function readIngested(context: Context): Promise<Omit<Ingested, "tables">> {
  const { profile, store } = context;
  const keys = keysOf(profile.name);
  const card = await readJson<PanelCard>(store, keys.panelCard, "ingest");
  const frame = readFrame(store, keys.panel);
  if (frame === undefined) throw new MissingInputError(keys.panel, "ingest");
  return { card, panel: { frame, profile: profileOf(frame, profile), asOf: card.asOf } };
}

/** The profile of a panel at hand: without the columns that come from optional files which were not there. */
export function profileOf(frame: { readonly columns: readonly string[] }, profile: DatasetProfile): DatasetProfile {
  const roles = Object.entries(profile.roles).filter(([name]) => frame.columns.includes(name));
  return { ...profile, roles: Object.fromEntries(roles) };
}

/** Reads some columns of the panel's table: a report needs a quarter of them. */
export function readPanelColumns({ profile, store }: Context, columns: readonly string[]): DataFrame {
  const { panel } = keysOf(profile.name);
  const frame = readFrame(store, panel, columns);
  if (frame === undefined) throw new MissingInputError(panel, "ingest");
  return frame;
}

/** Reads the raw tables that `ingest` stored. */
export async function readRawTables({ dataset, profile, store }: Context): Promise<RawTables> {
  await readLineage(store, profile.name);
  const folder = rawFolder(profile.name);
  const files: SourceFile[] = [];
  for await (const key of store.list(`${folder}/`)) {
    files.push({ path: key.slice(folder.length + 1), bytes: (await store.get(key))! });
  }
  if (files.length === 0) throw new MissingInputError(folder, "ingest");
  return tablesOf(dataset.tables, files, profile.name, folder);
}

/**
 * Reads files as the dataset's tables; the optional ones may be missing.
 *
 * @param files Path → bytes.
 * @throws {DatasetError} If a file is missing or is not as its table promises.
 */
export function tablesOf(
  tables: readonly TableSpec[],
  files: readonly SourceFile[],
  dataset: string,
  where: string,
): Record<string, DataFrame> {
  const read: Record<string, DataFrame> = {};
  for (const table of tables) {
    const own = files.filter(({ path }) => matches(path, table.file));
    if (own.length > 0) {
      read[table.name] = readTable(table.file.includes("*") ? own : own[0]!.bytes, table, dataset);
    } else if (!table.optional) {
      throw new DatasetError(
        `Cannot find ${table.file} of ${dataset} in ${where}: there are ${
          files.map(({ path }) => path).join(", ") || "no files"
        }`,
        { dataset, file: table.file },
      );
    }
  }
  return read;
}

function extentsOf(tables: readonly TableSpec[], read: RawTables): (readonly [path: string, extent: TableExtent])[] {
  return tables.filter(({ name, file }) => read[name] && !file.includes("*"))
    .map((table) => [table.file, extentOf(table, read[table.name]!)] as const);
}

function extentOf({ columns }: TableSpec, frame: DataFrame): TableExtent {
  const date = columns.find(({ type }) => type === "date")?.name;
  const days = date === undefined ? [] : frame.select(
    pl.col(date).min().alias("first"),
    pl.col(date).max().alias("last"),
  ).row(0) as (Date | null)[];
  const [first, last] = days;
  return {
    rows: frame.height,
    columns: frame.columns,
    ...(first ? { first: isoDate(first) } : {}),
    ...(last ? { last: isoDate(last) } : {}),
  };
}
