/**
 * Finding the files that a dataset asks for among those that a place has, packed or not.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import type { SourceFile } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import { byBytes } from "@/stores/key.ts";
import { enumerate, matches } from "@/stores/sources/patterns.ts";
import {
  firstBytes,
  type Packed,
  packing,
  ungzip,
  UNPACK_LIMITS,
  type UnpackLimits,
  unzip,
} from "@/stores/sources/unpack.ts";

/** A file that a place has: on a disk, on a server, in an archive. */
export interface Item {
  /** Its path there: `train.csv.zip`. */
  readonly path: string;
  /** Reads it whole. */
  read(): Promise<Bytes>;
  /** Gives it in a form that a zip can be listed from; the same as `read` when left out. */
  open?(): Promise<Packed>;
}

/** Archives inside archives are opened this deep: Kaggle packs once or twice. */
const DEEPEST = 3;

/**
 * Yields the files that the patterns ask for, unpacked.
 *
 * A file is taken as it is, or from `.gz`, or from a `.zip` of its own, in this order. What is not found so is looked for
 * in the archives at the top, as Kaggle ships a whole competition. A single folder that wraps everything in an archive
 * does not count.
 *
 * @param place Where the items are, for messages.
 * @param options.demand Refuse a place that has none of the files.
 * @throws {DatasetError} If none of the files is there, two archives have the same one, or one cannot be unpacked.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { pick } from "@/stores/sources/pick.ts";
 *
 * const item = (path: string) => ({ path, read: () => Promise.resolve(new TextEncoder().encode("y\n1\n")) });
 * const files = await Array.fromAsync(pick([item("readme.txt"), item("train.csv")], ["*.csv"], "the desk"));
 * expect(files.map((file) => file.path)).toEqual(["train.csv"]);
 * ```
 */
export async function* pick(
  items: readonly Item[],
  patterns: readonly string[],
  place: string,
  limits: UnpackLimits = UNPACK_LIMITS,
  { demand = true }: { readonly demand?: boolean } = {},
): AsyncGenerator<SourceFile> {
  const found = new Set<string>();
  const seen: string[] = [];
  for await (const file of pickAt(items, patterns, { limits, depth: 0, archive: undefined, seen }, found)) yield file;
  if (found.size > 0 || !demand) return;
  throw new DatasetError(
    `Cannot find the data in ${place} as it needs ${
      enumerate(patterns)
    } (each also as .gz or .zip, or all in one .zip): ` +
      `found ${enumerate(seen.sort(byBytes))}`,
    {},
  );
}

/**
 * Tells whether any of the items is one that the patterns ask for, or an archive that may hold them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { offers } from "@/stores/sources/pick.ts";
 *
 * const item = { path: "train.csv.zip", read: () => Promise.resolve(new Uint8Array(0)) };
 * expect(offers([item], ["train.csv"])).toBe(true);
 * expect(offers([item], ["store.csv"])).toBe(false);
 * ```
 */
export function offers(items: readonly Item[], patterns: readonly string[]): boolean {
  return items.some((item) => isBundle(item.path)) || patterns.some((pattern) => bestForms(items, pattern).size > 0);
}

interface Level {
  readonly limits: UnpackLimits;
  readonly depth: number;
  readonly archive: string | undefined;
  /** Collects the names of what was there, for the message if nothing fits. */
  readonly seen: string[];
}

async function* pickAt(
  items: readonly Item[],
  patterns: readonly string[],
  level: Level,
  found: Set<string>,
): AsyncGenerator<SourceFile> {
  level.seen.push(...items.map(({ path }) => nameAt(level, path)));
  const missing: string[] = [];
  for (const pattern of patterns) {
    const wanted = bestForms(items, pattern);
    if (wanted.size === 0) missing.push(pattern);
    for (const [path, item] of [...wanted].sort(([a], [b]) => byBytes(a, b))) {
      if (found.has(path)) continue;
      found.add(path);
      yield await readItem(item, path, level);
    }
  }
  if (missing.length === 0 || level.depth === DEEPEST) return;
  let trouble: unknown;
  const holders = new Map<string, string>();
  for (const bundle of items.filter((item) => isBundle(item.path)).sort((a, b) => byBytes(a.path, b.path))) {
    const archive = nameAt(level, bundle.path);
    const inside = new Set<string>();
    try {
      const entries = unwrapped(await listZip(bundle, archive, level.limits));
      for await (const file of pickAt(entries, missing, { ...level, depth: level.depth + 1, archive }, inside)) {
        const other = holders.get(file.path);
        if (other !== undefined) {
          throw new DatasetError(
            `Cannot tell which ${file.path} is meant as both ${other} and ${file.archive ?? archive} have one: ` +
              `leave only one of the archives there`,
            { file: file.path },
          );
        }
        holders.set(file.path, archive);
        found.add(file.path);
        yield file;
      }
    } catch (error) {
      // An archive that cannot be opened matters only if the data is found nowhere else: it may be about anything.
      if (inside.size > 0) throw error;
      trouble ??= error;
    }
  }
  if (found.size === 0 && trouble !== undefined) throw trouble;
}

const nameAt = ({ archive }: Level, path: string) => archive === undefined ? path : `${archive}/${path}`;

/** The files that a pattern asks for: path without packing → the item that is easiest to read. */
function bestForms(items: readonly Item[], pattern: string): Map<string, Item> {
  const wanted = new Map<string, Item>();
  for (const suffix of ["", ".gz", ".zip"]) {
    for (const item of items) {
      if (!item.path.endsWith(suffix)) continue;
      const path = item.path.slice(0, item.path.length - suffix.length);
      if (matches(path, pattern) && !wanted.has(path)) wanted.set(path, item);
    }
  }
  return wanted;
}

const isBundle = (path: string) => /^[^/]+\.zip$/i.test(path) && !/\.csv\.zip$/i.test(path);

async function listZip(item: Item, name: string, limits: UnpackLimits): Promise<Item[]> {
  const packed = await (item.open ?? item.read)();
  refuseHtml(name, await firstBytes(packed));
  const entries = await unzip(name, packed, limits);
  return entries.map(({ path, unpack }) => ({ path, read: unpack }));
}

/** Drops the one folder that wraps all entries, if there is such a folder. */
function unwrapped(items: readonly Item[]): readonly Item[] {
  const top = items[0]?.path.match(/^[^/]+\//)?.[0];
  if (top === undefined || !items.every((item) => item.path.startsWith(top))) return items;
  return items.map((item) => ({ ...item, path: item.path.slice(top.length) }));
}

/** Reads an item and unpacks it, whatever its name says, until it is the plain file. */
async function readItem(item: Item, path: string, level: Level): Promise<SourceFile> {
  const { archive, limits } = level;
  const name = nameAt(level, item.path);
  let bytes = await item.read();
  refuseHtml(name, bytes);
  let packed = /\.gz$/i.test(item.path) ? "gz" as const : /\.zip$/i.test(item.path) ? "zip" as const : packing(bytes);
  const wasPacked = packed !== undefined;
  for (let depth = 0; packed !== undefined && depth < DEEPEST; depth++) {
    bytes = packed === "gz" ? await ungzip(name, bytes, limits) : await unzipOne(name, path, bytes, limits);
    packed = packing(bytes);
  }
  refuseHtml(name, bytes);
  const from = wasPacked ? name : archive;
  return { path, bytes, ...(from === undefined ? {} : { archive: from }) };
}

/** Takes the file out of the archive that is named after it. */
async function unzipOne(name: string, path: string, bytes: Bytes, limits: UnpackLimits): Promise<Bytes> {
  const items = await unzip(name, bytes, limits);
  const base = path.slice(path.lastIndexOf("/") + 1);
  const item = items.find((item) => item.path === base || item.path.endsWith(`/${base}`)) ??
    (items.length === 1 ? items[0] : undefined);
  if (item === undefined) {
    throw new DatasetError(
      `Cannot find ${base} in ${name} as an archive of that name needs to hold it: found ${
        enumerate(items.map((item) => item.path))
      }`,
      { file: name },
    );
  }
  return await item.unpack();
}

/**
 * Refuses a web page that was saved under the name of the data: what a browser stores when the login has expired.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { refuseHtml } from "@/stores/sources/pick.ts";
 *
 * const page = new TextEncoder().encode("<!DOCTYPE html><title>Sign in</title>");
 * expect(() => refuseHtml("train.csv", page)).toThrow("web page");
 * ```
 */
export function refuseHtml(name: string, bytes: Bytes): void {
  const head = new TextDecoder().decode(bytes.subarray(0, 512)).replace(/^\uFEFF/, "").trimStart().toLowerCase();
  if (!/^(<!doctype html|<html|<head|<\?xml|<!--)/.test(head)) return;
  throw new DatasetError(
    `Cannot read ${name} as it needs to be data and is a web page, perhaps a login page that was saved in its place: ` +
      `download it again while signed in`,
    { file: name },
  );
}
