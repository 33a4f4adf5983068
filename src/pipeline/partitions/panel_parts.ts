/**
 * The panel in parts: each lays out its own series, and an index holds the little that all of them must know.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { CleaningNote } from "@/core/dataset.ts";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { Panel } from "@/core/panel.ts";
import { isInPart, type Partition, partitionName } from "@/core/partition.ts";
import type { Source } from "@/core/source.ts";
import { joinNotes } from "@/datasets/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { type Ingested, keep, profileOf, runSource, tablesOf } from "@/pipeline/ingest.ts";
import { writeJson } from "@/pipeline/json_files.ts";
import {
  eachPart,
  joinedKey,
  parquetBytes,
  parquetFrame,
  type Part,
  type PartCard,
  readPart,
  writePart,
} from "@/pipeline/partitions/parts.ts";
import { type RawPart, readRawPart } from "@/pipeline/partitions/raw_parts.ts";
import { daysOf, isoDate } from "@/pipeline/time.ts";
import { fingerprint, sha256 } from "@/stores/mod.ts";

/** What a part of the panel tells the others. */
export interface PanelFacts {
  readonly source: string;
  /** The identity of the raw data: parts of different data are not joined. */
  readonly fingerprint: string;
  readonly asOf: string;
  readonly firstDate: string | null;
  readonly lastDate: string | null;
  readonly cleaning: readonly CleaningNote[];
  /** Known column → value → rows: what is usual where nothing is planned. */
  readonly known: Readonly<Record<string, readonly (readonly [value: string | number, rows: number])[]>>;
  /** The columns, so that a part without series has them too. */
  readonly columns: readonly string[];
}

/** What all parts of a panel know together. */
export interface PanelIndex {
  readonly dataset: string;
  readonly of: number;
  readonly source: string;
  readonly fingerprint: string;
  readonly asOf: string;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly rows: number;
  readonly series: number;
  readonly columns: readonly string[];
  readonly known: PanelFacts["known"];
}

/**
 * Lays out the series of a partition, and writes them. The table that grows with the number of series is read in pieces
 * where it lies unpacked on this machine; the panel of other series is not made.
 */
export async function ingestPart(context: Context, partition: Partition): Promise<PartCard<PanelFacts>> {
  const { profile, store, log } = context;
  const source = runSource(context);
  const { panel, cleaning, files } = await layOutPart(context, source, partition);
  const { frame, asOf } = panel;
  const [first, last] = frame.height === 0
    ? [null, null]
    : (frame.select(pl.col("ds").min().alias("first"), pl.col("ds").max().alias("last")).row(0) as [Date, Date])
      .map(isoDate) as [string, string];
  const known = Object.keys(panel.profile.roles).filter((name) => panel.profile.roles[name] === "known");
  const facts: PanelFacts = {
    source: source.name,
    fingerprint: fingerprint({ files }),
    asOf,
    firstDate: first,
    lastDate: last,
    cleaning,
    known: Object.fromEntries(known.map((name) => [name, countsOf(frame, name)])),
    columns: frame.columns,
  };
  const card = await writePart(store, profile.name, "ingest", partition, frame, facts);
  log.info("laid out", { part: card.part, rows: card.rows, asOf });
  return card;
}

/** The panel of a part's series, and the identity of the raw files. */
async function layOutPart(context: Context, source: Source, partition: Partition) {
  const { dataset, profile, params, log } = context;
  const only = (id: string) => isInPart(id, partition);
  const laidOut = ({ tables, files }: RawPart) => {
    const { test: _future, ...past } = tables;
    return { ...dataset.toPanel(past, { ...params.asOf === undefined ? {} : { asOf: params.asOf }, only }), files };
  };
  try {
    const streamed = await readRawPart(source, dataset, only);
    if (streamed !== undefined) return laidOut(streamed);
  } catch (error) {
    // What is odd about a file is told by who reads it whole: the row that is named counts from the file's beginning.
    if (!(error instanceof DatasetError)) throw error;
    log.info("read whole", { part: partitionName(partition), why: error.message });
  }
  const files = await Array.fromAsync(source.files(dataset.tables.map(({ file }) => file)));
  const tables = tablesOf(dataset.tables, files, profile.name, source.name);
  return laidOut({ tables, files: files.map(({ path, bytes }) => ({ path, sha256: sha256(bytes) })) });
}

/** How often a column has each of its values, by value. */
function countsOf(frame: DataFrame, name: string): readonly (readonly [string | number, number])[] {
  const counted = frame.filter(pl.col(name).isNotNull()).groupBy(name).agg(pl.col("ds").count().alias("rows")).sort(
    name,
  );
  return counted.toRecords().map(({ [name]: value, rows }) =>
    [typeof value === "bigint" ? Number(value) : value as string | number, Number(rows)] as const
  );
}

/**
 * Joins what the parts of a panel must know of one another. Nothing in it is larger than a list of series.
 *
 * @throws {DatasetError} If the parts were made of different data.
 */
export async function indexPanel(context: Context, of: number): Promise<PanelIndex> {
  const { profile, store, log } = context;
  const series: DataFrame[] = [], facts: PanelFacts[] = [];
  let rows = 0;
  for await (const { card, frame } of eachPart<PanelFacts>(store, profile.name, "ingest", of)) {
    requireSameData(facts[0], card);
    facts.push(card.facts);
    rows += card.rows;
    if (frame !== undefined) series.push(seriesIn(frame, profile.keys));
  }
  const dates = (pick: (one: PanelFacts) => string | null) => facts.map(pick).filter((date) => date !== null).sort();
  if (series.length === 0) {
    throw new DatasetError(`Cannot join the parts of ${profile.name} as none of them has a series`, {
      dataset: profile.name,
    });
  }
  const index: PanelIndex = {
    dataset: profile.name,
    of,
    source: facts[0]!.source,
    fingerprint: facts[0]!.fingerprint,
    asOf: facts[0]!.asOf,
    firstDate: dates(({ firstDate }) => firstDate)[0]!,
    lastDate: dates(({ lastDate }) => lastDate).at(-1)!,
    rows,
    series: series.reduce((sum, { height }) => sum + height, 0),
    columns: facts[0]!.columns,
    known: sumCounts(facts.map(({ known }) => known)),
  };
  const sorted = pl.concat(series).sort([...profile.keys]).select("unique_id");
  await store.put(joinedKey(profile.name, "ingest", of, "parquet"), parquetBytes(sorted));
  await writeJson(store, joinedKey(profile.name, "ingest", of, "json"), index);
  log.info("joined", { stage: "ingest", parts: of, rows, series: index.series });
  return index;
}

/** Joins the parts of a panel into the table that the other stages read, beside its raw files and lineage. */
export async function joinPanel(context: Context, of: number): Promise<Ingested> {
  const { dataset, profile, store } = context;
  const index = await indexPanel(context, of);
  const parts: Part<PanelFacts>[] = await Array.fromAsync(eachPart<PanelFacts>(store, profile.name, "ingest", of));
  const frames = parts.flatMap(({ frame }) => frame === undefined ? [] : [frame]);
  const frame = pl.concat(frames).sort([...profile.keys, "ds"]).rechunk();
  const source = runSource(context);
  const files = await Array.fromAsync(source.files(dataset.tables.map(({ file }) => file)));
  const found = fingerprint({ files: files.map(({ path, bytes }) => ({ path, sha256: sha256(bytes) })) });
  if (found !== index.fingerprint) {
    throw new DatasetError(
      `Cannot join the parts of ${profile.name} as ${source.name} has changed since they were made: its fingerprint ` +
        `was ${index.fingerprint.slice(0, 12)}, and is ${found.slice(0, 12)}`,
      { dataset: profile.name },
    );
  }
  const cleaning = joinNotes(parts.map(({ card }) => card.facts.cleaning), frame, {
    keys: profile.keys,
    step: daysOf(profile.frequency),
  });
  const panel: Panel = { frame, profile: profileOf(frame, profile), asOf: index.asOf };
  const tables = tablesOf(dataset.tables, files, profile.name, source.name);
  return await keep(context, { source: source.name, files, tables, panel, cleaning });
}

/** Reads the index of a panel in parts, and its series in their order. */
export async function readIndex(
  { store, profile }: Context,
  of: number,
): Promise<{ readonly index: PanelIndex; readonly series: readonly string[] }> {
  const key = joinedKey(profile.name, "ingest", of, "json"), task = `merge --stage ingest --parts ${of}`;
  const bytes = await store.get(key), ids = await store.get(joinedKey(profile.name, "ingest", of, "parquet"));
  if (bytes === undefined || ids === undefined) throw new MissingInputError(key, task);
  const index = JSON.parse(new TextDecoder().decode(bytes)) as PanelIndex;
  return { index, series: parquetFrame(ids).getColumn("unique_id").toArray() as string[] };
}

/** Reads a part of the panel; undefined where it has no series. */
export async function readPanelPart(
  { store, profile }: Context,
  partition: Partition,
  index: PanelIndex,
): Promise<Panel | undefined> {
  const { frame, card } = await readPart<PanelFacts>(store, profile.name, "ingest", partition);
  if (card.facts.fingerprint !== index.fingerprint || card.facts.asOf !== index.asOf) {
    throw new MissingInputError(
      `a part ${card.part} of the data that the index is of`,
      `merge --stage ingest --parts ${partition.of}`,
    );
  }
  return frame === undefined ? undefined : { frame, profile: profileOf(frame, profile), asOf: index.asOf };
}

/** The value that a known column has most often (the smallest of equals): what is assumed where nothing is planned. */
export function usualValue({ known }: Pick<PanelIndex, "known">, name: string): string | number {
  return (known[name] ?? []).reduce<readonly [string | number, number]>(
    (most, one) => one[1] > most[1] ? one : most,
    [0, 0],
  )[0];
}

function seriesIn(frame: DataFrame, keys: readonly string[]): DataFrame {
  const starts = pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true));
  return frame.select("unique_id", ...keys).filter(starts);
}

function requireSameData(first: PanelFacts | undefined, { facts, part, dataset }: PartCard<PanelFacts>): void {
  if (first === undefined) return;
  for (const name of ["fingerprint", "asOf"] as const) {
    if (facts[name] === first[name]) continue;
    throw new DatasetError(
      `Cannot join the parts of ${dataset} as they must be of the same data: partition ${part} has the ${name} ` +
        `${facts[name]}, the first one ${first[name]}`,
      { dataset },
    );
  }
}

function sumCounts(all: readonly PanelFacts["known"][]): PanelFacts["known"] {
  const names = [...new Set(all.flatMap((known) => Object.keys(known)))];
  return Object.fromEntries(names.map((name) => {
    const counts = new Map<string | number, number>();
    for (const known of all) {
      for (const [value, rows] of known[name] ?? []) counts.set(value, (counts.get(value) ?? 0) + rows);
    }
    return [name, [...counts].sort(([a], [b]) => a < b ? -1 : 1)];
  }));
}
