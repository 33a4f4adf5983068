/**
 * Where raw files come from.
 *
 * @module
 */
import type { Bytes } from "@/core/store.ts";

/** One file that a source delivered. */
export interface SourceFile {
  /** Its path inside the source, decompressed: `external/store_states.csv`. */
  readonly path: string;
  /** Its contents, decompressed. */
  readonly bytes: Bytes;
  /** The file or archive it was taken from, when that is another: `train.csv.zip`. */
  readonly archive?: string;
}

/** A file that lies on this machine as it is: it can be read in pieces. */
export interface PlacedFile {
  /** Its path inside the source. */
  readonly path: string;
  /** Its path on this machine. */
  readonly place: string;
}

/** Progress of a download, for a progress bar. */
export interface Progress {
  /** The name of the file or archive that is being fetched. */
  readonly file: string;
  /** Bytes that are here already, those of an earlier, interrupted attempt included. */
  readonly done: number;
  /** Undefined when the server does not say. */
  readonly total?: number;
}

/** A place that raw files can be taken from: a folder, a URL, Kaggle, the generator. */
export interface Source {
  /** For messages and lineage: `synthetic (100 series, seed 1)`, a folder's path, a URL. */
  readonly name: string;
  /**
   * Yields the files whose paths match one of the patterns (a single `*` stands for any name).
   *
   * @throws {DatasetError} If the place, or a file in it, cannot be read as what it claims to be.
   */
  files(patterns: readonly string[]): AsyncIterable<SourceFile>;
  /**
   * The same files, but those that are asked for by their whole path and lie on this machine unpacked are not read: it is
   * told where they lie. Left out by sources that have no files on this machine.
   */
  places?(patterns: readonly string[]): AsyncIterable<SourceFile | PlacedFile>;
}
