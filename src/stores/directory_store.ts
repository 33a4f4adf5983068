/**
 * A store in a folder: one file per key.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import type { Bytes, LocalStore } from "@/core/store.ts";
import { explainDiskError, isUnfinished, writeAtomic, writeNew } from "@/stores/atomic.ts";
import { byBytes, checkedKey, checkedPrefix } from "@/stores/key.ts";

/**
 * Opens a folder as a store: each key is a file in it, so that people and other tools can look at them.
 *
 * The folder is made with the first `put`. Keys that would leave it are refused with a RangeError, a disk that refuses is
 * a StoreError. Requires `--allow-read` and `--allow-write`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { directoryStore } from "@/stores/directory_store.ts";
 *
 * const store = directoryStore(await Deno.makeTempDir());
 * await store.put("models/rossmann/1/card.json", "{}");
 * expect(new TextDecoder().decode(await store.get("models/rossmann/1/card.json"))).toBe("{}");
 * expect(await Array.fromAsync(store.list("models/"))).toEqual(["models/rossmann/1/card.json"]);
 * ```
 */
export function directoryStore(root: string): LocalStore {
  const location = resolve(root);
  // A folder is swept of leftovers once per store: sweeping before each of ten thousand writes would cost a listing each.
  const swept = new Set<string>();
  const path = (key: string) => join(location, checkedKey(key));

  return {
    location,
    path,

    async get(key: string): Promise<Bytes | undefined> {
      const file = path(key);
      try {
        return await Deno.readFile(file);
      } catch (error) {
        if (isAbsence(error)) return undefined;
        throw explainDiskError("read", file, error);
      }
    },

    async put(key: string, value: Bytes | string): Promise<void> {
      const file = path(key), folder = dirname(file);
      const sweep = !swept.has(folder);
      swept.add(folder);
      await writeAtomic(file, value, { sweep });
    },

    async create(key: string, value: Bytes | string): Promise<boolean> {
      return await writeNew(path(key), value);
    },

    async *list(prefix: string): AsyncIterable<string> {
      const start = checkedPrefix(prefix).slice(0, prefix.lastIndexOf("/") + 1);
      const keys: string[] = [];
      await collect(join(location, start), start, prefix, keys, new Set());
      yield* keys.sort(byBytes);
    },

    async delete(key: string): Promise<void> {
      const file = path(key);
      try {
        if (!(await Deno.stat(file)).isDirectory) await Deno.remove(file);
      } catch (error) {
        if (!isAbsence(error)) throw explainDiskError("write", file, error);
      }
    },
  };
}

/** Adds all keys below a folder that start with the prefix; `above` holds the folders on the way, so that no link loops. */
async function collect(folder: string, base: string, prefix: string, keys: string[], above: ReadonlySet<string>) {
  let entries: Deno.DirEntry[], real: string;
  try {
    real = await Deno.realPath(folder);
    entries = await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (isAbsence(error)) return;
    throw explainDiskError("read", folder, error);
  }
  if (above.has(real)) return;
  const within = new Set(above).add(real);
  for (const entry of entries) {
    const key = base + entry.name;
    if (isUnfinished(entry.name) || !(key.startsWith(prefix) || prefix.startsWith(`${key}/`))) continue;
    const file = join(folder, entry.name);
    const kind = entry.isSymlink ? await Deno.stat(file).catch(() => undefined) : entry;
    if (kind?.isDirectory) await collect(file, `${key}/`, prefix, keys, within);
    else if (kind?.isFile) keys.push(key);
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.IsADirectory;
}
