/**
 * MLflow's `meta.yaml` files, and the way everything is written: whole, or not at all.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Bytes } from "@/core/store.ts";
import { claimFile } from "@/stores/atomic.ts";

/** The fields of a `meta.yaml`, ours and those of MLflow's that we do not know. */
export type Meta = Readonly<Record<string, unknown>>;

/** The name of the file that makes a folder an experiment, a run, a model or a version. */
const META = "meta.yaml";

/**
 * Reads the `meta.yaml` of a folder; undefined where there is none.
 *
 * @throws {SyntaxError} If the file is there and is not what MLflow writes; names the file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readMeta, writeMeta } from "@/stores/mlflow/meta.ts";
 *
 * const folder = await Deno.makeTempDir();
 * expect(await readMeta(folder)).toBeUndefined();
 * await writeMeta(folder, { name: "rossmann", experiment_id: "042" }, folder);
 * expect(await readMeta(folder)).toEqual({ name: "rossmann", experiment_id: "042" });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readMeta(folder: string): Promise<Meta | undefined> {
  const file = join(folder, META);
  const text = await readText(file);
  if (text === undefined) return undefined;
  let meta: unknown;
  try {
    // MLflow writes with PyYAML, which speaks YAML 1.1.
    meta = parse(text, { version: "1.1", logLevel: "error" });
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file} as YAML: ${(error as Error).message}`, { cause: error });
  }
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) {
    throw new SyntaxError(
      `Cannot read ${file} as MLflow's metadata: it must hold named fields, and holds ${
        text.trim().slice(0, 40) || "nothing"
      }`,
    );
  }
  return meta as Meta;
}

/**
 * Writes a folder's `meta.yaml`, fields sorted as MLflow does.
 *
 * @param staging A folder on the same disk that nobody reads, for the file until it is whole.
 */
export function writeMeta(folder: string, meta: Meta, staging: string): Promise<void> {
  const text = stringify(meta, { version: "1.1", sortMapEntries: true, lineWidth: 0, nullStr: "null" });
  return writeWhole(join(folder, META), text, staging);
}

/** A field that must be text. */
export function textField(meta: Meta, field: string): string {
  const value = meta[field];
  return value === null || value === undefined ? "" : String(value);
}

/** A field that must be a number; 0 where it is not. */
export function numberField(meta: Meta, field: string): number {
  const value = Number(meta[field] ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** Writes a file, and the folders that it needs, so that a reader sees the old content or the new one. */
export async function writeWhole(file: string, value: Bytes | string, staging: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  const { temp, file: open } = await claimFile(join(staging, "new"));
  try {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    for (let at = 0; at < bytes.length;) at += await open.write(bytes.subarray(at));
    await Deno.rename(temp, file);
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw error;
  } finally {
    open.close();
  }
}

/** A file's text, or undefined where there is no such file. */
export function readText(file: string): Promise<string | undefined> {
  return orAbsent(Deno.readTextFile(file));
}

/** A file's bytes, or undefined where there is no such file. */
export function readBytes(file: string): Promise<Bytes | undefined> {
  return orAbsent(Deno.readFile(file));
}

/** The bytes of every file below a folder, by path with `/`, sorted; empty where there is no such folder. */
export async function readFolder(folder: string): Promise<Record<string, Bytes>> {
  const files: Record<string, Bytes> = {};
  for (const path of await listFolder(folder)) files[path] = await Deno.readFile(join(folder, path));
  return files;
}

/** The paths of every file below a folder, with `/`, sorted; empty where there is no such folder. */
export async function listFolder(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const walk = async (below: string) => {
    for (const entry of await readEntries(join(folder, below))) {
      if (entry.isDirectory) await walk(`${below}${entry.name}/`);
      else paths.push(below + entry.name);
    }
  };
  await walk("");
  return paths.sort();
}

/** The names of the folders in a folder, sorted; empty where there is no such folder. */
export async function listFolders(folder: string): Promise<string[]> {
  return (await readEntries(folder)).filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();
}

async function readEntries(folder: string): Promise<Deno.DirEntry[]> {
  return await orAbsent(Array.fromAsync(Deno.readDir(folder))) ?? [];
}

async function orAbsent<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    const { NotFound, NotADirectory, IsADirectory } = Deno.errors;
    if ([NotFound, NotADirectory, IsADirectory].some((absent) => error instanceof absent)) return undefined;
    throw error;
  }
}
