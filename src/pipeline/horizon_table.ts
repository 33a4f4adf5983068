/**
 * Everything that forecasting the next horizon needs, computed once and kept as plain numbers: a server starts from it in
 * a fraction of a second, and needs a fraction of the memory of a feature build.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { createHash } from "node:crypto";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Matrix } from "@/core/matrix.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import type { LocalStore } from "@/core/store.ts";
import {
  buildFeatures,
  type BuildOptions,
  dayNumber,
  matrixOf,
  planDependence,
  type PlannedSeries,
  recipe,
  rowsWhere,
} from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { futurePanel, type Usual } from "@/pipeline/future_panel.ts";
import { type PanelCard, profileOf, readIngested, tablesOf } from "@/pipeline/ingest.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { stepsBetween } from "@/pipeline/time.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { readJson } from "@/pipeline/json_files.ts";
import { rawFolder, replaceDirectory, writeAtomic } from "@/stores/mod.ts";
import type { SourceFile } from "@/core/source.ts";

/** The version of the layout on disk. */
const LAYOUT = 1;

/** A vector of numbers on disk. */
type Vector = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The part of a horizon table that is a document. */
interface Index {
  readonly layout: number;
  readonly dataset: string;
  readonly origin: string;
  readonly horizon: number;
  readonly firstDate: string;
  /** The panel's own profile: without columns of files that were not there. */
  readonly profile: DatasetProfile;
  readonly features: readonly string[];
  readonly categorical: readonly string[];
  readonly ids: readonly string[];
  /** Per series, its static columns. */
  readonly about: readonly Readonly<Record<string, number | string | null>>[];
  /** Vector → its kind and length. */
  readonly vectors: Readonly<Record<string, { readonly kind: "f32" | "f64" | "i32" | "u8"; readonly length: number }>>;
}

/** Features and plan of the next horizon, and the past that they rest on, of every series. */
export interface HorizonTable {
  /** Names what it was made of; the same key, the same table. */
  readonly key: string;
  readonly dataset: string;
  readonly profile: DatasetProfile;
  readonly origin: string;
  readonly horizon: number;
  readonly firstDate: string;
  readonly ids: readonly string[];
  readonly about: Index["about"];
  /** Features under the usual plan: `ids.length × horizon` rows, one series after the other. */
  readonly matrix: Matrix;
  /** Vectors over all rows of all series (past and horizon): `y`, `assumed`, `column:<name>`, `across:<name>`; over the
   * horizon's rows: `filled:<name>`; per series: `start` (its first row; one value more for the end), `firstDay`. */
  readonly vectors: Readonly<Record<string, Vector>>;
}

/** The key of the table that a model needs on the panel at hand. */
export async function horizonKey(context: Context, card: ModelCard): Promise<string> {
  const { store, profile } = context;
  const panel = await readJson<PanelCard>(store, keysOf(profile.name).panelCard, "ingest");
  const plan = await store.get(`${rawFolder(profile.name)}/test.csv`);
  const facts = {
    layout: LAYOUT,
    fingerprint: panel.fingerprint,
    asOf: panel.asOf,
    horizon: card.horizon,
    series: card.series,
    firstDate: card.firstDate,
    features: recipe(profile, { horizon: card.horizon }).map(({ name, reach }) => `${name} ${reach}`),
    plan: plan === undefined ? null : createHash("sha256").update(plan).digest("hex"),
  };
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 20);
}

/** The folder of a table. */
export function horizonFolder(dataset: string, key: string): string {
  return `data/horizon/${dataset}/${key}`;
}

/** Whether a table has been made. */
export async function hasHorizon(store: LocalStore, dataset: string, key: string): Promise<boolean> {
  return await store.get(`${horizonFolder(dataset, key)}/index.json`) !== undefined;
}

/**
 * Makes the table that a model needs on the panel at hand, and keeps it.
 *
 * @returns Its key.
 */
export async function makeHorizon(context: Context, card: ModelCard): Promise<string> {
  const { store, profile, log } = context;
  const key = await horizonKey(context, card);
  const { panel } = await readIngested(context);
  const table = buildHorizon(panel, await readPlan(context, panel), card);
  const folder = store.path(horizonFolder(profile.name, key));
  await replaceDirectory(folder, async (partial) => {
    for (const [name, vector] of Object.entries(table.vectors)) {
      const bytes = new Uint8Array(vector.buffer as ArrayBuffer, vector.byteOffset, vector.byteLength);
      await writeAtomic(`${partial}/${fileOf(name)}`, bytes, { sweep: false });
    }
    await writeAtomic(`${partial}/index.json`, JSON.stringify(table.index), { sweep: false });
  });
  log.info("horizon table made", { key, series: table.index.ids.length, features: table.index.features.length });
  return key;
}

/** The plan that the source's test.csv tells, if it has one; of all series, or of those that `only` accepts. */
export async function readPlan(
  { dataset, profile, store }: Context,
  panel: Pick<Panel, "asOf" | "profile">,
  only?: (id: string) => boolean,
): Promise<DataFrame | undefined> {
  const known = Object.keys(panel.profile.roles).filter((name) => panel.profile.roles[name] === "known");
  if (known.length === 0) return undefined;
  const folder = rawFolder(profile.name), files: SourceFile[] = [];
  for await (const path of store.list(`${folder}/`)) {
    files.push({ path: path.slice(folder.length + 1), bytes: (await store.get(path))! });
  }
  if (!files.some(({ path }) => path === "test.csv")) return undefined;
  const tables = tablesOf(dataset.tables, files, profile.name, folder);
  const laid = dataset.toPanel(tables, only === undefined ? {} : { only });
  return laid.panel.frame.filter(pl.col("ds").gtEq(pl.lit(dayNumber(panel.asOf)).cast(pl.Int32).cast(pl.Date)))
    .select("unique_id", "ds", ...known);
}

/** What a part of a panel must know of the other parts, to have the table that it would have beside them. */
export interface BesideOthers {
  readonly usual?: Usual;
  readonly blocks?: Pick<BuildOptions, "series" | "extent" | "pools">;
}

/** Builds the table: pure, but for the clock of the processor. */
export function buildHorizon(
  panel: Panel,
  plan: DataFrame | undefined,
  card: Pick<ModelCard, "horizon" | "series" | "firstDate" | "features">,
  beside: BesideOthers = {},
): { readonly index: Index; readonly vectors: Readonly<Record<string, Vector>> } {
  const own: Panel = { ...panel, profile: { ...profileOf(panel.frame, panel.profile), horizon: card.horizon } };
  const { panel: whole, assumed } = futurePanel(own, plan, card.horizon, beside.usual);
  const { frame, profile, asOf } = whole, { horizon } = card;
  const features = recipe(profile, { horizon });
  const missing = card.features.filter(({ name }) => !features.some((one) => one.name === name));
  if (missing.length > 0) {
    throw new ModelUnavailableError(
      `Cannot use the model as this version of the code does not build its feature ${missing[0]!.name}: ` +
        "train again with `deno task pipeline`",
    );
  }
  const { acrossSeries, filled, columns } = planDependence(features, profile);
  // Helpers that a change of plan needs are kept for once.
  const kept = new Set([...acrossSeries, ...filled]);
  const shown = features.map((one) => kept.has(one.name) ? { ...one, helper: false } : one);
  const blocks = { origin: asOf, horizon, series: card.series, direct: false, ...beside.blocks };
  const built = buildFeatures(whole, shown, blocks);
  const begins = beside.blocks?.extent?.first ??
    dateText(frame.select(pl.col("ds").min().cast(pl.Int32)).row(0)[0] as number);
  const offset = stepsBetween(card.firstDate, begins, profile.frequency);
  const moved = offset === 0
    ? built.frame
    : built.frame.withColumn(pl.col("t").add(offset).cast(pl.Float32).alias("t"));
  const table = { ...built, frame: moved };
  const rows = rowsWhere(table, pl.col("block").eq(0));
  const names = features.filter(({ helper }) => !helper).map(({ name }) => name);
  const matrix = matrixOf(table, { rows, names });
  const numbers = (from: DataFrame, name: string) => Float64Array.from(numbersIn(from, name));
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const start: number[] = [];
  for (let row = 0; row < ids.length; row++) if (row === 0 || ids[row] !== ids[row - 1]) start.push(row);
  const day = numbersIn(frame.select(pl.col("ds").cast(pl.Int32)), "ds");
  const statics = Object.keys(profile.roles).filter((name) => profile.roles[name] === "static");
  const about = frame.select(...statics).withColumns(pl.intRange(0, frame.height).alias("row"))
    .filter(pl.col("row").isIn(start)).drop("row").toRecords() as Index["about"];
  const known = Object.keys(profile.roles).filter((name) => profile.roles[name] === "known");
  const coded = (name: string): Float32Array => {
    const levels = profile.levels[name];
    if (levels === undefined) return Float32Array.from(numbersIn(frame, name));
    const values = frame.getColumn(name).toArray() as (string | null)[];
    return Float32Array.from(values, (value) => value === null ? NaN : levels.indexOf(value));
  };
  const vectors: Record<string, Vector> = {
    matrix: Float32Array.from(matrix.data),
    y: numbers(frame, "y"),
    assumed,
    start: Int32Array.from([...start, ids.length]),
    firstDay: Int32Array.from(start, (row) => day[row]!),
    ...Object.fromEntries([...new Set([...known, ...columns])].map((name) => [`column:${name}`, coded(name)])),
    ...Object.fromEntries(acrossSeries.map((name) => [`across:${name}`, numbers(moved, name)])),
    ...Object.fromEntries(filled.map((name) => {
      const values = numbers(moved, name);
      return [`filled:${name}`, Float64Array.from(rows, (row) => values[row]!)];
    })),
  };
  const index: Index = {
    layout: LAYOUT,
    dataset: profile.name,
    origin: asOf,
    horizon,
    firstDate: begins,
    profile,
    features: names,
    categorical: matrix.categorical,
    ids: start.map((row) => ids[row]!),
    about,
    vectors: Object.fromEntries(
      Object.entries(vectors).map(([name, vector]) => [name, { kind: kindOf(vector), length: vector.length }]),
    ),
  };
  return { index, vectors };
}

/** Reads a table into shared memory, so that Workers see it without a copy; undefined when there is none. */
export function readHorizon(store: LocalStore, dataset: string, key: string): HorizonTable | undefined {
  const folder = store.path(horizonFolder(dataset, key));
  let index: Index;
  try {
    index = JSON.parse(Deno.readTextFileSync(`${folder}/index.json`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const vectors = Object.fromEntries(
    Object.entries(index.vectors).map((
      [name, { kind, length }],
    ) => [name, readVector(`${folder}/${fileOf(name)}`, kind, length)]),
  );
  return horizonTable(key, index, vectors);
}

/** A table of what {@link buildHorizon} made, without a disk: for tests and notebooks. */
export function horizonTable(key: string, index: Index, vectors: HorizonTable["vectors"]): HorizonTable {
  const { features, categorical, ids, horizon } = index;
  const data = vectors["matrix"] as Float32Array;
  return {
    key,
    dataset: index.dataset,
    profile: index.profile,
    origin: index.origin,
    horizon,
    firstDate: index.firstDate,
    ids,
    about: index.about,
    matrix: { names: features, rows: ids.length * horizon, data, categorical },
    vectors,
  };
}

/** One series of a table, for `replan`; `changes` are laid over its plan. Columns are copied, the table stays as it is. */
export function plannedSeries(
  { vectors, horizon, profile }: Pick<HorizonTable, "vectors" | "horizon" | "profile">,
  at: number,
  changes: ReadonlyMap<number, Readonly<Record<string, number | string | null>>>,
): PlannedSeries {
  const start = vectors["start"]!, from = start[at]!, to = start[at + 1]!, n = to - from;
  const section = (prefix: string, first: number, last: number) =>
    Object.fromEntries(
      Object.keys(vectors).filter((name) => name.startsWith(prefix))
        .map((name) => [name.slice(prefix.length), vectors[name]!.slice(first, last)]),
    );
  const columns = section("column:", from, to);
  for (const [step, values] of changes) {
    for (const [name, value] of Object.entries(values)) {
      const column = columns[name];
      if (column !== undefined) column[n - horizon + step] = codeOf(profile, name, value);
    }
  }
  return {
    firstDay: vectors["firstDay"]![at]!,
    y: vectors["y"]!.slice(from, to) as Float64Array,
    columns,
    acrossSeries: section("across:", from, to),
    filled: section("filled:", at * horizon, (at + 1) * horizon),
  };
}

/** A planned value as a number: texts by their place in the profile's list; NaN where it is missing or not listed. */
export function codeOf({ levels }: DatasetProfile, name: string, value: number | string | null): number {
  if (value === null) return NaN;
  const words = levels[name];
  if (words === undefined) return Number(value);
  const code = words.indexOf(String(value));
  return code < 0 ? NaN : code;
}

function numbersIn(frame: DataFrame, name: string): ArrayLike<number> {
  return frame.select(pl.col(name).cast(pl.Float64).fillNull(pl.lit(NaN))).getColumn(name).toTypedArray();
}

const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const fileOf = (name: string): string => `${name.replace(":", "-")}.bin`;

function kindOf(vector: Vector): "f32" | "f64" | "i32" | "u8" {
  if (vector instanceof Float64Array) return "f64";
  if (vector instanceof Float32Array) return "f32";
  return vector instanceof Int32Array ? "i32" : "u8";
}

const BYTES = { f32: 4, f64: 8, i32: 4, u8: 1 } as const;

/** Reads numbers into shared memory. */
export function readVector(path: string, kind: keyof typeof BYTES, length: number): Vector {
  const memory = new SharedArrayBuffer(length * BYTES[kind]);
  const bytes = new Uint8Array(memory);
  using file = Deno.openSync(path);
  for (let at = 0; at < bytes.length;) {
    const read = file.readSync(bytes.subarray(at));
    if (read === null) {
      throw new ModelUnavailableError("Cannot use the table of the horizon as it is cut short: delete data/horizon");
    }
    at += read;
  }
  switch (kind) {
    case "f64":
      return new Float64Array(memory);
    case "f32":
      return new Float32Array(memory);
    case "i32":
      return new Int32Array(memory);
    case "u8":
      return bytes;
  }
}
