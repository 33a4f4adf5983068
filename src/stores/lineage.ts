/**
 * Where data came from: raw files as they were taken, and the record that identifies them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { SourceFile } from "@/core/source.ts";
import type { Bytes, LocalStore, Store } from "@/core/store.ts";
import { explainDiskError, replaceDirectory } from "@/stores/atomic.ts";
import { byBytes, checkedKey } from "@/stores/key.ts";

/** A raw file that was stored. */
export interface RawFile {
  /** Its path in the raw folder: `external/store_states.csv`. */
  readonly path: string;
  /** The archive that it was taken from. */
  readonly archive?: string;
  /** Its size, unpacked. */
  readonly bytes: number;
  /** Of the unpacked bytes, hexadecimal. */
  readonly sha256: string;
}

/** What a table turned out to hold. */
export interface TableExtent {
  /** How many rows it has. */
  readonly rows: number;
  /** Their names, in the order of the table. */
  readonly columns: readonly string[];
  /** The first date, `YYYY-MM-DD`, where the table has any. */
  readonly first?: string;
  /** The last date, `YYYY-MM-DD`, where the table has any. */
  readonly last?: string;
}

/** One raw file's origin and content. */
export interface LineageFile {
  /** The name of the source that it came from. */
  readonly source: string;
  /** Its path in the raw folder. */
  readonly path: string;
  /** The archive that it was taken from; null where it was not packed. */
  readonly archive: string | null;
  /** Its size, unpacked. */
  readonly bytes: number;
  /** Of the unpacked bytes, hexadecimal. */
  readonly sha256: string;
  /** Null for a file that was stored but not read as a table. */
  readonly rows: number | null;
  /** The names of the table's columns; null for a file that was not read as a table. */
  readonly columns: readonly string[] | null;
  /** The first date, `YYYY-MM-DD`; null where the table has none, or the file was not read as one. */
  readonly first: string | null;
  /** The last date, `YYYY-MM-DD`; null like the first. */
  readonly last: string | null;
  /** When it was ingested: ISO 8601, UTC. */
  readonly time: string;
}

/** Where a dataset's raw files came from, in one ingest. */
export interface LineageRecord {
  /** The dataset's name: `rossmann`. */
  readonly dataset: string;
  /** The name of the source that all of its files came from. */
  readonly source: string;
  /** When they were ingested: ISO 8601, UTC. */
  readonly time: string;
  /** The data's identity, which travels with every model made from it: see {@linkcode fingerprint}. */
  readonly fingerprint: string;
  /** Sorted by path. */
  readonly files: readonly LineageFile[];
}

/**
 * The key of the folder that holds a dataset's raw files.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rawFolder } from "@/stores/lineage.ts";
 *
 * expect(rawFolder("rossmann")).toBe("data/raw/rossmann");
 * ```
 */
export function rawFolder(dataset: string): string {
  return checkedKey(`data/raw/${dataset}`);
}

/**
 * The key of a dataset's lineage record.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageKey } from "@/stores/lineage.ts";
 *
 * expect(lineageKey("rossmann")).toBe("data/lineage/rossmann.json");
 * ```
 */
export function lineageKey(dataset: string): string {
  return checkedKey(`data/lineage/${dataset}.json`);
}

/**
 * Stores a dataset's raw files, all of them or none: until the last one has arrived, the files of the ingest before stay.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param files As a source gives them; each is written and forgotten before the next one is asked for.
 * @returns What was stored, in the order of arrival, with a sha256 of each.
 * @throws {DatasetError} If there are no files, or one comes twice; whatever the source throws passes through.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { writeRaw } from "@/stores/lineage.ts";
 * import { directoryStore } from "@/stores/directory_store.ts";
 * import { syntheticSource } from "@/stores/sources/synthetic.ts";
 *
 * const store = directoryStore(await Deno.makeTempDir());
 * const source = syntheticSource(() => ({ "train.csv": "Store,Sales\n" }), { series: 1, seed: 1 });
 * const [file] = await writeRaw(store, "rossmann", source.files(["train.csv"]));
 * expect(file?.bytes).toBe(12);
 * expect(await Array.fromAsync(store.list("data/raw/"))).toEqual(["data/raw/rossmann/train.csv"]);
 * ```
 */
export async function writeRaw(
  store: LocalStore,
  dataset: string,
  files: AsyncIterable<SourceFile>,
): Promise<readonly RawFile[]> {
  return await replaceDirectory(store.path(rawFolder(dataset)), async (folder) => {
    const stored = new Map<string, RawFile>();
    for await (const { path, bytes, archive } of files) {
      if (stored.has(path)) {
        throw new DatasetError(`Cannot store ${path} as the source gave it twice`, { dataset, file: path });
      }
      await writeSynced(join(folder, checkedKey(path)), bytes);
      const file = { path, bytes: bytes.length, sha256: sha256(bytes) };
      stored.set(path, archive === undefined ? file : { ...file, archive });
    }
    if (stored.size === 0) {
      throw new DatasetError(`Cannot store the raw files of ${dataset} as the source gave none`, { dataset });
    }
    return [...stored.values()];
  });
}

/**
 * The sha256 of bytes, hexadecimal.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sha256 } from "@/stores/lineage.ts";
 *
 * expect(sha256(new Uint8Array(0)).slice(0, 8)).toBe("e3b0c442");
 * ```
 */
export function sha256(bytes: Bytes): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Makes the record of one ingest.
 *
 * @param options.files The raw files, as {@linkcode writeRaw} returns them.
 * @param options.tables Path of a raw file → what it turned out to hold.
 * @param options.now When it was ingested.
 * @throws {RangeError} If a table is given whose file was not stored.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageOf, sha256 } from "@/stores/lineage.ts";
 *
 * const record = lineageOf({
 *   dataset: "rossmann",
 *   source: "kaggle",
 *   files: [{ path: "train.csv", bytes: 0, sha256: sha256(new Uint8Array(0)) }],
 *   tables: { "train.csv": { rows: 970_379, columns: ["Store", "Sales"], first: "2013-01-01", last: "2015-06-19" } },
 *   now: Temporal.Instant.from("2026-11-21T10:00:00Z"),
 * });
 * expect(record.files[0]?.rows).toBe(970_379);
 * expect(record.time).toBe("2026-11-21T10:00:00Z");
 * ```
 */
export function lineageOf({ dataset, source, files, tables, now }: {
  readonly dataset: string;
  readonly source: string;
  readonly files: readonly RawFile[];
  readonly tables: Readonly<Record<string, TableExtent>>;
  readonly now: Temporal.Instant;
}): LineageRecord {
  const stray = Object.keys(tables).find((path) => !files.some((file) => file.path === path));
  if (stray !== undefined) {
    const stored = files.map((file) => file.path).join(", ");
    throw new RangeError(`Cannot record the table of ${stray} as it is not among the stored files: ${stored}`);
  }
  const time = now.toString();
  const described = files.map((file): LineageFile => {
    const table = tables[file.path];
    return {
      source,
      path: file.path,
      archive: file.archive ?? null,
      bytes: file.bytes,
      sha256: file.sha256,
      rows: table?.rows ?? null,
      columns: table?.columns ?? null,
      first: table?.first ?? null,
      last: table?.last ?? null,
      time,
    };
  }).sort((a, b) => byBytes(a.path, b.path));
  return { dataset, source, time, fingerprint: fingerprint({ files: described }), files: described };
}

/**
 * The identity of data: one sha256 over its files' hashes. It is the same wherever the files came from, however they were
 * packed and whenever; it differs when a byte differs, or a file is missing or has another name.
 *
 * It hashes one line per file, `<sha256>  <path>` as sha256sum prints it, sorted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { fingerprint } from "@/stores/lineage.ts";
 *
 * const a = { path: "train.csv", sha256: "aa" }, b = { path: "store.csv", sha256: "bb" };
 * expect(fingerprint({ files: [a, b] })).toBe(fingerprint({ files: [b, a] }));
 * expect(fingerprint({ files: [a] })).not.toBe(fingerprint({ files: [a, b] }));
 * ```
 */
export function fingerprint(record: { readonly files: readonly Pick<RawFile, "path" | "sha256">[] }): string {
  const lines = record.files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort(byBytes);
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/**
 * Stores a lineage record as readable JSON under {@linkcode lineageKey}.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageOf, writeLineage } from "@/stores/lineage.ts";
 * import { memoryStore } from "@/stores/memory_store.ts";
 *
 * const store = memoryStore();
 * const now = Temporal.Instant.from("2026-11-21T10:00:00Z");
 * await writeLineage(store, lineageOf({ dataset: "walmart", source: "kaggle", files: [], tables: {}, now }));
 * expect(await Array.fromAsync(store.list(""))).toEqual(["data/lineage/walmart.json"]);
 * ```
 */
export async function writeLineage(store: Store, record: LineageRecord): Promise<void> {
  await store.put(lineageKey(record.dataset), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads a dataset's lineage record back.
 *
 * @throws {MissingInputError} If the dataset was not ingested into this store.
 * @throws {DatasetError} If the record is damaged: unreadable, or its fingerprint is not that of its files.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageOf, readLineage, writeLineage } from "@/stores/lineage.ts";
 * import { memoryStore } from "@/stores/memory_store.ts";
 *
 * const store = memoryStore();
 * const now = Temporal.Instant.from("2026-11-21T10:00:00Z");
 * const record = lineageOf({ dataset: "walmart", source: "kaggle", files: [], tables: {}, now });
 * await writeLineage(store, record);
 * expect(await readLineage(store, "walmart")).toEqual(record);
 * ```
 */
export async function readLineage(store: Store, dataset: string): Promise<LineageRecord> {
  const key = lineageKey(dataset);
  const bytes = await store.get(key);
  if (bytes === undefined) throw new MissingInputError(key, "ingest");
  let record: LineageRecord;
  try {
    record = JSON.parse(new TextDecoder().decode(bytes));
    if (record.fingerprint !== fingerprint(record)) throw new TypeError("its fingerprint is not that of its files");
  } catch (error) {
    throw new DatasetError(
      `Cannot read ${key} as it is damaged (${(error as Error).message}): run \`deno task ingest\` again`,
      { dataset, file: key },
      { cause: error },
    );
  }
  return record;
}

async function writeSynced(path: string, bytes: Bytes): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.open(path, { write: true, createNew: true });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } catch (error) {
    throw explainDiskError("write", path, error);
  }
}
