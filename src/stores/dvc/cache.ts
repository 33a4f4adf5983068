/**
 * DVC's cache: files under their hash.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { DvcProject } from "@/stores/dvc/config.ts";
import { type Hashed, readTree, statOrNothing, type TreeEntry, treeText } from "@/stores/dvc/file_hash.ts";
import { createAtomic, writeAtomic } from "@/stores/atomic.ts";

/** The place of a hash, in a cache and in a remote: `files/md5/ab/cdef…`. */
export function hashKey(md5: string): string {
  return `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;
}

/** The file of a hash in the cache. */
export function cachePath({ cache }: DvcProject, md5: string): string {
  return join(cache, hashKey(md5));
}

/** Whether all of a hash is in the cache: of a folder, each of its files. */
export async function isCached(project: DvcProject, md5: string): Promise<boolean> {
  if (await statOrNothing(cachePath(project, md5)) === undefined) return false;
  if (!md5.endsWith(".dir")) return true;
  for (const entry of await cachedTree(project, md5)) if (!await isCached(project, entry.md5)) return false;
  return true;
}

/** A folder's list of files, out of the cache. */
export async function cachedTree(project: DvcProject, md5: string): Promise<readonly TreeEntry[]> {
  return readTree(await Deno.readTextFile(cachePath(project, md5)));
}

/** Copies a file or folder into the cache. */
export async function putInCache(project: DvcProject, path: string, { md5, tree }: Hashed): Promise<void> {
  if (tree === undefined) return await copyOnce(path, cachePath(project, md5));
  for (const entry of tree) await copyOnce(join(path, entry.relpath), cachePath(project, entry.md5));
  const list = cachePath(project, md5);
  if (await statOrNothing(list) === undefined) await writeAtomic(list, treeText(tree));
  await protect(list);
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (await statOrNothing(to) === undefined) await copyFile(from, to);
  await protect(to);
}

/** Copies a file; the place it goes to has all of it, or nothing. */
export async function copyFile(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await createAtomic(to, async (partial) => {
    await Deno.copyFile(from, partial);
    // What comes out of the cache is read-only there, and an ordinary file elsewhere.
    if (Deno.build.os !== "windows") await Deno.chmod(partial, 0o644);
  });
}

/** Nothing in the cache is ever written again. */
export async function protect(path: string): Promise<void> {
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o444);
}
