/**
 * Raw files from a folder, or from a single archive.
 *
 * @module
 */
import { basename, join } from "node:path";
import { DatasetError } from "@/core/errors.ts";
import type { PlacedFile, Source, SourceFile } from "@/core/source.ts";
import type { Bytes } from "@/core/store.ts";
import { explainDiskError, isUnfinished } from "@/stores/atomic.ts";
import { enumerate, mayHold } from "@/stores/sources/patterns.ts";
import { type Item, pick, refuseHtml } from "@/stores/sources/pick.ts";
import { firstBytes, type Packed, packing, UNPACK_LIMITS, type UnpackLimits } from "@/stores/sources/unpack.ts";

/**
 * Takes raw files from a folder: CSV files, also as .csv.gz or .csv.zip, or one .zip that holds them all, as Kaggle ships
 * it. The path of such an archive does as well.
 *
 * Requires `--allow-read`.
 *
 * @throws {DatasetError} Its `files`: if there is no such folder.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { gzipSync, strToU8 } from "fflate";
 * import { folderSource } from "@/stores/sources/folder.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeFile(`${folder}/train.csv.gz`, gzipSync(strToU8("Store,Sales\n")));
 * const [file] = await Array.fromAsync(folderSource(folder).files(["train.csv", "store.csv"]));
 * expect(file?.path).toBe("train.csv");
 * expect(file?.archive).toBe("train.csv.gz");
 * ```
 */
export function folderSource(path: string, { limits = UNPACK_LIMITS }: { limits?: UnpackLimits } = {}): Source {
  const itemsOf = async (patterns: readonly string[]): Promise<Item[]> => {
    const info = await Deno.stat(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw unreadable(path, error);
      throw new DatasetError(
        `Cannot read the folder ${path} as it does not exist: it is searched for ${enumerate(patterns)}`,
        { file: path },
      );
    });
    return info.isDirectory ? await listFolder(path, "", patterns) : [diskItem(path, basename(path))];
  };
  return {
    name: path,
    async *files(patterns: readonly string[]): AsyncIterable<SourceFile> {
      yield* pick(await itemsOf(patterns), patterns, path, limits);
    },
    async *places(patterns: readonly string[]): AsyncIterable<SourceFile | PlacedFile> {
      const items = await itemsOf(patterns), plain: Item[] = [];
      for (const item of items) {
        if (patterns.includes(item.path) && await isPlain(item)) plain.push(item);
      }
      for (const item of plain) {
        yield { path: item.path, place: (await item.open!() as { readonly file: string }).file };
      }
      const found = plain.map((item) => item.path);
      const rest = patterns.filter((pattern) => !found.includes(pattern));
      if (rest.length > 0) yield* pick(items, rest, path, limits, { demand: plain.length === 0 });
    },
  };
}

/** Whether an item on the disk is a file that is read as it is. */
async function isPlain(item: Item): Promise<boolean> {
  const packed = await item.open!(), head = await firstBytes(packed);
  refuseHtml(item.path, head);
  return !(packed instanceof Uint8Array) && packing(head) === undefined;
}

/** Lists the top of a folder, and those folders below it in which a pattern's files may lie. */
async function listFolder(root: string, folder: string, patterns: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(join(root, folder)));
  } catch (error) {
    throw unreadable(join(root, folder), error);
  }
  for (const entry of entries) {
    if (isUnfinished(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const kind = entry.isSymlink ? await Deno.stat(join(root, path)).catch(() => undefined) : entry;
    if (kind?.isFile) items.push(diskItem(join(root, path), path));
    else if (kind?.isDirectory && patterns.some((pattern) => mayHold(path, pattern))) {
      items.push(...await listFolder(root, path, patterns));
    }
  }
  return items;
}

/**
 * A file on the disk as an item.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { diskItem } from "@/stores/sources/folder.ts";
 *
 * const file = await Deno.makeTempFile();
 * expect(await diskItem(file, "train.csv").read()).toEqual(new Uint8Array(0));
 * ```
 */
export function diskItem(file: string, path: string): Item {
  const read = async (): Promise<Bytes> => {
    try {
      return await Deno.readFile(file);
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  const open = async (): Promise<Packed> => {
    try {
      (await Deno.open(file, { read: true })).close();
      return { file };
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  return { path, read, open };
}

function unreadable(path: string, error: unknown): DatasetError {
  return new DatasetError(explainDiskError("read", path, error).message, { file: path }, { cause: error });
}
