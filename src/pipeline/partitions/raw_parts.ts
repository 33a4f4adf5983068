/**
 * Raw files for a part of the series: of the table that grows with their number, only the part's rows are kept.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DataFrame } from "nodejs-polars";
import type { Dataset } from "@/core/dataset.ts";
import type { Source, SourceFile } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import { readSome } from "@/datasets/mod.ts";
import { tablesOf } from "@/pipeline/ingest.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { sha256 } from "@/stores/mod.ts";

/** Raw tables, and what identifies the files that they were read from. */
export interface RawPart {
  readonly tables: Readonly<Record<string, DataFrame>>;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** How much of a file is held at once, in bytes. */
const PIECE = 8 * 1024 * 1024;

/**
 * Reads a dataset's raw files for some of its series, its largest table in pieces.
 *
 * @returns Undefined where that table does not lie unpacked on this machine, or the dataset cannot do with some of it.
 * @throws {DatasetError} If a file is not as its table promises, or cannot be read in pieces.
 */
export async function readRawPart(
  source: Source,
  { tables: specs, streaming, profile }: Dataset,
  only: (id: string) => boolean,
): Promise<RawPart | undefined> {
  if (streaming === undefined || source.places === undefined) return undefined;
  const large = specs.find(({ name }) => name === streaming.table)!;
  const others: SourceFile[] = [], files: { path: string; sha256: string }[] = [];
  let table: DataFrame | undefined;
  for await (const file of source.places(specs.map(({ file }) => file))) {
    if (!("place" in file)) {
      others.push(file);
      files.push({ path: file.path, sha256: sha256(file.bytes) });
    } else if (file.path === large.file) {
      const hash = createHash("sha256"), options = { dataset: profile.name, streaming, only, onPiece: releaseMemory };
      table = await readSome(hashed(piecesOf(file.place), hash), large, options);
      files.push({ path: file.path, sha256: hash.digest("hex") });
    } else {
      const bytes = await Deno.readFile(file.place);
      others.push({ path: file.path, bytes });
      files.push({ path: file.path, sha256: sha256(bytes) });
    }
  }
  if (table === undefined) return undefined;
  const small = specs.filter(({ name }) => name !== large.name);
  return { tables: { ...tablesOf(small, others, profile.name, source.name), [large.name]: table }, files };
}

async function* piecesOf(place: string): AsyncGenerator<Bytes> {
  using file = await Deno.open(place, { read: true });
  for (;;) {
    const piece = new Uint8Array(PIECE), read = await file.read(piece);
    if (read === null) return;
    yield piece.subarray(0, read);
  }
}

async function* hashed(pieces: AsyncIterable<Bytes>, hash: ReturnType<typeof createHash>): AsyncGenerator<Bytes> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
