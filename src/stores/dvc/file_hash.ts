/**
 * Content hashes as DVC has them: MD5 of a file's bytes, and of the list of a folder's files.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { byBytes } from "@/stores/key.ts";

/** A file or a folder, by content. */
export interface Hashed {
  /** MD5, hexadecimal; a folder's ends in `.dir`. */
  readonly md5: string;
  /** In bytes; a folder's is that of all its files together. */
  readonly size: number;
  /** How many files a folder has. */
  readonly nfiles?: number;
  /** A folder's files, by their path in it. */
  readonly tree?: readonly TreeEntry[];
}

/** A file of a folder. */
export interface TreeEntry {
  /** MD5 of the file's bytes, hexadecimal. */
  readonly md5: string;
  /** Its path in the folder, with forward slashes. */
  readonly relpath: string;
}

/**
 * Hashes a file, or a folder with all that is in it; undefined where there is neither.
 *
 * Requires `--allow-read`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hashPath } from "@/stores/dvc/mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.csv`, "hi\n");
 * expect(await hashPath(`${folder}/a.csv`)).toEqual({ md5: "764efa883dda1e11db47671c4a3bbd9e", size: 3 });
 * expect((await hashPath(folder))?.nfiles).toBe(1);
 * expect(await hashPath(`${folder}/b.csv`)).toBe(undefined);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function hashPath(path: string): Promise<Hashed | undefined> {
  const info = await statOrNothing(path);
  if (info === undefined) return undefined;
  if (!info.isDirectory) return { md5: await hashFile(path), size: info.size };
  const tree: TreeEntry[] = [];
  let size = 0;
  for (const relpath of await filesUnder(path)) {
    tree.push({ md5: await hashFile(join(path, relpath)), relpath });
    size += (await Deno.stat(join(path, relpath))).size;
  }
  return { md5: `${md5Of(treeText(tree))}.dir`, size, nfiles: tree.length, tree };
}

/**
 * The list of a folder's files, as DVC keeps it: sorted, in Python's JSON, with everything beyond ASCII escaped.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { treeText } from "@/stores/dvc/mod.ts";
 *
 * expect(treeText([{ md5: "ab", relpath: "käse" }])).toBe('[{"md5": "ab", "relpath": "k\\u00e4se"}]');
 * ```
 */
export function treeText(tree: readonly TreeEntry[]): string {
  const ascii = (text: string) =>
    JSON.stringify(text).replaceAll(
      /[\u0080-\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  const sorted = tree.toSorted((a, b) => byBytes(a.relpath, b.relpath));
  return `[${sorted.map(({ md5, relpath }) => `{"md5": ${ascii(md5)}, "relpath": ${ascii(relpath)}}`).join(", ")}]`;
}

/** Reads the list of a folder's files. */
export function readTree(text: string): readonly TreeEntry[] {
  return JSON.parse(text) as TreeEntry[];
}

function md5Of(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("md5");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let read = await file.read(buffer); read !== null; read = await file.read(buffer)) {
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest("hex");
}

/**
 * Paths of a folder's files, with forward slashes.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { filesUnder } from "@/stores/dvc/mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/b`);
 * await Deno.writeTextFile(`${folder}/b/2.csv`, "");
 * await Deno.writeTextFile(`${folder}/1.csv`, "");
 * expect(await filesUnder(folder)).toEqual(["1.csv", "b/2.csv"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function filesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) {
      for (const below of await filesUnder(join(folder, entry.name))) found.push(`${entry.name}/${below}`);
    } else found.push(entry.name);
  }
  return found.sort(byBytes);
}

/** What is known of a path; undefined where there is nothing. */
export async function statOrNothing(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
