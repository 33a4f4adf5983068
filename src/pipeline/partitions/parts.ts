/**
 * What a partition of a stage leaves behind: a table, and a card that says what is in it.
 *
 * The card comes last, so that a part without a card is a part that is not there; and it holds the table's hash, so that
 * a damaged part is found before anything is made of it. Both are written atomically and hold nothing that depends on the
 * clock or the machine: whoever makes a part, again or at the same time, writes the same bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import { type Partition, partitionName } from "@/core/partition.ts";
import type { Store } from "@/core/store.ts";
import { writeJson } from "@/pipeline/json_files.ts";

/** The stages that work on partitions. */
export const PARTITIONED = ["ingest", "summarize", "featurize", "forecast", "evaluate", "fit", "monitor"] as const;

/** A stage that works on partitions. */
export type PartitionedStage = typeof PARTITIONED[number];

/** Names a kind of part: `ingest`, `summarize-features-1`, `summarize-fit-factor_model`, `fit-factor_model`. */
export type PartKind =
  | PartitionedStage
  | `summarize-${"features" | "forecast" | "evaluate" | "monitor"}-${number}`
  | `summarize-fit-${string}`
  | `fit-${string}`;

/** What is known of a part beside its rows. */
export interface PartCard<Facts = unknown> {
  readonly dataset: string;
  readonly kind: PartKind;
  /** `3/8` */
  readonly part: string;
  readonly rows: number;
  /** Of the table's file; null where the part has no rows, and so no file. */
  readonly sha256: string | null;
  readonly facts: Facts;
}

/** A part that was read and found whole. */
export interface Part<Facts> {
  readonly card: PartCard<Facts>;
  /** Undefined where the part has no rows. */
  readonly frame: DataFrame | undefined;
}

/** Where everything partitioned lies: apart from what the other stages read. */
export const partsFolder = (dataset: string): string => `data/partitions/${dataset}`;

/** The keys of a part. */
export function partKeys(dataset: string, kind: PartKind, { index, of }: Partition) {
  const folder = `${partsFolder(dataset)}/${kind}/${of}`, name = String(index + 1).padStart(5, "0");
  return { table: `${folder}/${name}.parquet`, card: `${folder}/${name}.json` };
}

/** The key of what the parts of a kind were joined to. */
export function joinedKey(dataset: string, kind: PartKind, of: number, ending: "parquet" | "json"): string {
  return `${partsFolder(dataset)}/${kind}/${of}/joined.${ending}`;
}

/** A table as the bytes of a Parquet file. */
export function parquetBytes(frame: DataFrame): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(frame.rechunk().writeParquet({ compression: "lz4" }) as Uint8Array);
}

/** A table from the bytes of a Parquet file, or some of its columns. */
export function parquetFrame(bytes: Uint8Array<ArrayBuffer>, columns?: readonly string[]): DataFrame {
  // Polars takes Node's Buffer; this one looks at the same memory.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return pl.readParquet(buffer, columns === undefined ? {} : { columns: [...columns] });
}

/** Writes a part: the table, then its card. */
export async function writePart<Facts>(
  store: Store,
  dataset: string,
  kind: PartKind,
  partition: Partition,
  frame: DataFrame | undefined,
  facts: Facts,
): Promise<PartCard<Facts>> {
  const keys = partKeys(dataset, kind, partition);
  const rows = frame?.height ?? 0;
  let sha256: string | null = null;
  if (frame !== undefined && rows > 0) {
    const bytes = parquetBytes(frame);
    sha256 = createHash("sha256").update(bytes).digest("hex");
    await store.put(keys.table, bytes);
  }
  const card: PartCard<Facts> = { dataset, kind, part: partitionName(partition), rows, sha256, facts };
  await writeJson(store, keys.card, card);
  return card;
}

/**
 * Reads a part.
 *
 * @param columns Only these columns of the table; all by default.
 * @throws {MissingInputError} If it was not made yet: names the task that makes it.
 * @throws {DatasetError} If its table is not what its card says: names the part and the file.
 */
export async function readPart<Facts>(
  store: Store,
  dataset: string,
  kind: PartKind,
  partition: Partition,
  columns?: readonly string[],
): Promise<Part<Facts>> {
  const card = await readPartCard<Facts>(store, dataset, kind, partition);
  if (card.sha256 === null) return { card, frame: undefined };
  const { table } = partKeys(dataset, kind, partition);
  const bytes = await store.get(table), task = taskOf(kind, partition);
  if (bytes === undefined) throw new MissingInputError(table, task);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== card.sha256) throw damaged(dataset, kind, partition, table, `its hash is ${found.slice(0, 12)}`, card);
  try {
    return { card, frame: parquetFrame(bytes, columns) };
  } catch (error) {
    throw damaged(dataset, kind, partition, table, (error as Error).message, card);
  }
}

/** Reads a part's card alone. */
async function readPartCard<Facts>(
  store: Store,
  dataset: string,
  kind: PartKind,
  partition: Partition,
): Promise<PartCard<Facts>> {
  const { card: key } = partKeys(dataset, kind, partition);
  const bytes = await store.get(key);
  if (bytes === undefined) throw new MissingInputError(key, taskOf(kind, partition));
  try {
    const card = JSON.parse(new TextDecoder().decode(bytes)) as PartCard<Facts>;
    if (card.part !== partitionName(partition) || card.kind !== kind) throw new SyntaxError(`it is ${card.part}`);
    return card;
  } catch (error) {
    throw damaged(dataset, kind, partition, key, (error as Error).message);
  }
}

/** All parts of a kind, in their order, one after the other: a reader that needs one at a time holds one at a time. */
export async function* eachPart<Facts>(
  store: Store,
  dataset: string,
  kind: PartKind,
  of: number,
): AsyncGenerator<Part<Facts>> {
  for (let index = 0; index < of; index++) yield await readPart<Facts>(store, dataset, kind, { index, of });
}

/**
 * Reads the table that the parts of a kind of summary were joined to.
 *
 * @throws {MissingInputError} If they were not joined yet: names the task that joins them.
 * @throws {DatasetError} If it is damaged.
 */
export async function readJoined(store: Store, dataset: string, kind: PartKind, of: number): Promise<DataFrame> {
  const key = joinedKey(dataset, kind, of, "parquet"), bytes = await store.get(key);
  const task = `merge --stage summarize${flagsOf(kind)} --parts ${of}`;
  if (bytes === undefined) throw new MissingInputError(key, task);
  try {
    return parquetFrame(bytes);
  } catch (error) {
    throw new DatasetError(
      `Cannot use ${key} as it is damaged: ${(error as Error).message}; make it again with \`deno task ${task}\``,
      { dataset, file: key },
    );
  }
}

/** The task that makes a part. */
function taskOf(kind: PartKind, partition: Partition): string {
  return `${kind.split("-")[0]} --partition ${partitionName(partition)}${flagsOf(kind)}`;
}

/** The flags that tell a kind from others of its stage. */
function flagsOf(kind: PartKind): string {
  const [, summary, model] = /^(summarize-)?fit-(.+)$/.exec(kind) ?? [];
  if (model !== undefined) return `${summary === undefined ? "" : " --for fit"} --model ${model}`;
  const [stage, what, round] = kind.split("-");
  return stage === "summarize" ? ` --for ${what} --round ${round}` : "";
}

function damaged(
  dataset: string,
  kind: PartKind,
  partition: Partition,
  file: string,
  found: string,
  card?: PartCard,
): DatasetError {
  const wanted = card?.sha256 === undefined ? "a card" : `the hash ${card.sha256?.slice(0, 12)}`;
  return new DatasetError(
    `Cannot use partition ${partitionName(partition)} of ${kind} as ${file} is damaged: its card promises ${wanted}, ` +
      `${found}; make it again with \`deno task ${taskOf(kind, partition)}\``,
    { dataset, file },
  );
}
