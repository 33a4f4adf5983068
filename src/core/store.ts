/**
 * Bytes under keys: the only thing that the project asks of a disk or a bucket.
 *
 * @module
 */

/** Bytes, as Deno's and the web's APIs take them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes under keys. A key is a relative path with `/`: `models/rossmann/1/card.json`. */
export interface Store {
  /** Where it is, for messages and lineage: a folder's path, `s3://bucket/prefix`, `memory:`. */
  readonly location: string;
  /** The value, or undefined where there is none. */
  get(key: string): Promise<Bytes | undefined>;
  /** Writes atomically: a reader sees the old value or the new one, never a part. */
  put(key: string, value: Bytes | string): Promise<void>;
  /** Writes only where there is nothing, atomically: of several writers exactly one hears `true`. */
  create(key: string, value: Bytes | string): Promise<boolean>;
  /** All keys that start with the prefix, sorted. */
  list(prefix: string): AsyncIterable<string>;
  /** Does nothing when there is no such key. */
  delete(key: string): Promise<void>;
}

/** A store on a local disk: some tools (Polars, MLflow) want a path. */
export interface LocalStore extends Store {
  /** The absolute path of a key's file. */
  path(key: string): string;
}
