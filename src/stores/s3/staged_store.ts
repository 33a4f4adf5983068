/**
 * A bucket as a working folder: files that native libraries need lie in a folder of this machine while a task runs.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Bytes, LocalStore } from "@/core/store.ts";
import { explainDiskError } from "@/stores/atomic.ts";
import { directoryStore } from "@/stores/directory_store.ts";
import type { S3Store } from "@/stores/s3/s3_store.ts";

/** A bucket with a folder in front of it. */
export interface StagedStore extends LocalStore {
  /** Copies what has changed in the folder to the bucket, in the order in which it was written; returns how many files. */
  deliver(): Promise<number>;
  /** Gives the folder back: as it is for the next task, or away with it if others had the usual one. */
  release(): Promise<void>;
}

/** Which keys are where. */
export interface StagingOptions {
  /** Whether a key of the bucket is wanted in the folder; every key by default. */
  readonly wanted?: (key: string) => boolean;
  /** Whether a key's value goes to the bucket at once and is read from there, so that other machines see it. */
  readonly direct?: (key: string) => boolean;
  /** Whether a key stays on this machine: logs, downloads. */
  readonly own?: (key: string) => boolean;
}

/** A file that folder and bucket had in common. */
interface Known {
  readonly etag: string;
  readonly bytes: number;
  readonly changed: number;
}

const MANIFEST = ".staged.json", LOCK = ".staged.lock";

/**
 * Brings a bucket's files into a folder, where they are not there already, and takes away what the bucket does not have:
 * what a killed task left is made again by the next one.
 *
 * Tasks that run at the same time on one machine have folders of their own. Requires `--allow-read`, `--allow-write` and
 * `--allow-net`.
 *
 * @param folder Holds the copies of buckets; each bucket has its own below it.
 * @throws {StoreError} If bucket or disk refuse.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { memoryStore, stagedStore } from "@/stores/mod.ts";
 *
 * // A bucket that is empty: as an S3Store, in memory.
 * const bucket = memoryStore();
 * const remote = {
 *   ...bucket,
 *   entries: async function* () {},
 *   upload: async (path: string, key: string) => await bucket.put(key, await Deno.readFile(path)),
 *   download: () => Promise.resolve(false),
 * };
 * const folder = await Deno.makeTempDir();
 * const store = await stagedStore(remote, folder);
 * await store.put("panel.csv", "1,2");
 * expect(await store.deliver()).toBe(1);
 * expect(await bucket.get("panel.csv")).toBeDefined();
 * await store.release();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function stagedStore(
  remote: S3Store,
  folder: string,
  { wanted = () => true, direct = () => false, own = () => false }: StagingOptions = {},
): Promise<StagedStore> {
  const usual = join(folder, createHash("sha256").update(remote.location).digest("hex").slice(0, 16));
  const { root, lock } = await claim(usual);
  const local = directoryStore(root);
  const known = await readManifest(local);
  const stays = (key: string) => own(key) || key === MANIFEST || key === LOCK;

  const there = new Set<string>();
  for await (const { key, etag, bytes } of remote.entries("")) {
    if (direct(key) || own(key) || !wanted(key)) continue;
    there.add(key);
    const before = known[key], now = await fileAt(local.path(key));
    if (before?.etag === etag && now?.bytes === before.bytes && now.changed === before.changed) continue;
    await remote.download(key, local.path(key));
    known[key] = { etag, bytes, changed: (await fileAt(local.path(key)))!.changed };
  }
  for await (const key of local.list("")) {
    if (stays(key) || there.has(key)) continue;
    await local.delete(key);
    delete known[key];
  }
  await local.put(MANIFEST, JSON.stringify(known));

  const at = (key: string) => direct(key) ? remote : local;
  return {
    location: remote.location,
    path: (key) => local.path(key),
    get: (key) => at(key).get(key),
    put: (key, value: Bytes | string) => at(key).put(key, value),
    create: (key, value) => at(key).create(key, value),
    delete: (key) => at(key).delete(key),
    async *list(prefix) {
      const keys: string[] = [];
      for await (const key of local.list(prefix)) if (!direct(key) && key !== MANIFEST && key !== LOCK) keys.push(key);
      // Only a prefix inside the direct part, or above it, can have keys there.
      for await (const key of remote.list(prefix)) if (direct(key)) keys.push(key);
      yield* keys;
    },
    async deliver() {
      const changed: { key: string; bytes: number; changed: number }[] = [], present = new Set<string>();
      for await (const key of local.list("")) {
        if (stays(key)) continue;
        present.add(key);
        const now = (await fileAt(local.path(key)))!, before = known[key];
        if (now.bytes !== before?.bytes || now.changed !== before.changed) changed.push({ key, ...now });
      }
      // What was written last is what others look at first: a card comes after its table.
      changed.sort((a, b) => a.changed - b.changed);
      for (const { key, bytes, changed: time } of changed) {
        await remote.upload(local.path(key), key);
        known[key] = { etag: "", bytes, changed: time };
      }
      const gone = Object.keys(known).filter((key) => !present.has(key));
      for (const key of gone) {
        await remote.delete(key);
        delete known[key];
      }
      if (changed.length > 0) {
        const sent = new Set(changed.map(({ key }) => key));
        for await (const { key, etag } of remote.entries("")) {
          if (sent.has(key)) known[key] = { ...known[key]!, etag };
        }
      }
      await local.put(MANIFEST, JSON.stringify(known));
      return changed.length + gone.length;
    },
    async release() {
      lock?.close();
      if (root !== usual) await Deno.remove(root, { recursive: true });
    },
  };
}

/** The usual folder, if no other task has it; else one of its own. */
async function claim(usual: string): Promise<{ readonly root: string; readonly lock: Deno.FsFile | undefined }> {
  try {
    await Deno.mkdir(usual, { recursive: true });
    const lock = await Deno.open(join(usual, LOCK), { create: true, write: true });
    if (await lock.tryLock(true).catch(() => false)) return { root: usual, lock };
    lock.close();
    return { root: await Deno.makeTempDir({ dir: join(usual, ".."), prefix: "beside-" }), lock: undefined };
  } catch (error) {
    throw explainDiskError("write", usual, error);
  }
}

async function readManifest(local: LocalStore): Promise<Record<string, Known>> {
  const bytes = await local.get(MANIFEST);
  try {
    return bytes === undefined ? {} : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

async function fileAt(path: string): Promise<{ readonly bytes: number; readonly changed: number } | undefined> {
  try {
    const { size, mtime } = await Deno.stat(path);
    return { bytes: size, changed: mtime?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
