/**
 * Files and folders that appear whole or not at all.
 *
 * What is being written carries `.tmp-` in its name and is locked by its writer. A lock dies with its process, so that
 * whatever can be locked is the leftover of a killed run and is swept at the next write.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { StoreError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";

const UNFINISHED = /^(.+)\.tmp-[0-9a-f]{8,32}(-old)?$/;

/**
 * Tells whether a name belongs to something that is still being written, or that a killed run left behind.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isUnfinished } from "@/stores/atomic.ts";
 *
 * expect(isUnfinished("card.json.tmp-0123456789ab")).toBe(true);
 * expect(isUnfinished("card.json")).toBe(false);
 * ```
 */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/**
 * Writes a file so that a reader sees the old content or the new one, never a part, even if this process is killed.
 *
 * The folder is made when it is not there. Requires `--allow-read` and `--allow-write`.
 *
 * @param options.sweep Removes what killed runs left in the folder; turn it off when writing many files into one.
 * @throws {StoreError} If the disk refuses: read-only, full, a file where a folder is needed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { writeAtomic } from "@/stores/atomic.ts";
 *
 * const path = `${await Deno.makeTempDir()}/reports/metrics.json`;
 * await writeAtomic(path, "{}");
 * expect(await Deno.readTextFile(path)).toBe("{}");
 * ```
 */
export async function writeAtomic(path: string, value: Bytes | string, options: { sweep?: boolean } = {}) {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  await createAtomic(path, (_temp, file) => writeAll(file, bytes), options);
}

/**
 * Lets a library that wants a path write a file atomically: it writes to the temporary path, then that is renamed.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param write Writes the whole content, to the path or to the open file; its own errors pass through unchanged.
 * @throws {StoreError} If the disk refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { createAtomic } from "@/stores/atomic.ts";
 *
 * const path = `${await Deno.makeTempDir()}/panel.csv`;
 * await createAtomic(path, (temp) => Deno.writeTextFile(temp, "y\n1\n"));
 * expect(await Deno.readTextFile(path)).toBe("y\n1\n");
 * ```
 */
export async function createAtomic(
  path: string,
  write: (temp: string, file: Deno.FsFile) => void | Promise<void>,
  { sweep = true }: { sweep?: boolean } = {},
): Promise<void> {
  const folder = dirname(path);
  await orExplain(path, () => Deno.mkdir(folder, { recursive: true }));
  if (sweep) await sweepUnfinished(folder);
  const { temp, file } = await orExplain(path, () => claimFile(path));
  try {
    await orExplain(path, async () => await write(temp, file));
    await orExplain(path, async () => {
      await file.sync();
      await Deno.rename(temp, path);
    });
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw error;
  } finally {
    file.close();
  }
}

/**
 * Writes a file only where there is none, so that of several writers exactly one succeeds, and no reader sees a part.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @returns Whether it was written; false where something of that name is there.
 * @throws {StoreError} If the disk refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { writeNew } from "@/stores/atomic.ts";
 *
 * const path = `${await Deno.makeTempDir()}/claims/3`;
 * expect(await writeNew(path, "one")).toBe(true);
 * expect(await writeNew(path, "other")).toBe(false);
 * expect(await Deno.readTextFile(path)).toBe("one");
 * ```
 */
export async function writeNew(path: string, value: Bytes | string): Promise<boolean> {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const folder = dirname(path);
  await orExplain(path, () => Deno.mkdir(folder, { recursive: true }));
  if (await exists(path)) return false;
  await sweepUnfinished(folder);
  const { temp, file } = await orExplain(path, () => claimFile(path));
  try {
    return await orExplain(path, async () => {
      await writeAll(file, bytes);
      await file.sync();
      // A rename replaces what is there; a link refuses.
      return await Deno.link(temp, path).then(() => true, (error) => {
        if (error instanceof Deno.errors.AlreadyExists) return false;
        throw error;
      });
    });
  } finally {
    await Deno.remove(temp).catch(() => {});
    file.close();
  }
}

/**
 * Replaces a whole folder at once: fills a new one beside it, then swaps the two.
 *
 * Until the swap the old folder stays as it was; if filling fails, it stays for good. A process that is killed between
 * the two renames of the swap leaves the old folder under another name, from where the next sweep puts it back.
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param fill Gets the path of the new, empty folder; its errors pass through unchanged.
 * @returns What `fill` returned.
 * @throws {StoreError} If the disk refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { replaceDirectory } from "@/stores/atomic.ts";
 *
 * const raw = `${await Deno.makeTempDir()}/raw`;
 * await replaceDirectory(raw, (folder) => Deno.writeTextFile(`${folder}/train.csv`, "Store,Sales\n"));
 * expect([...Deno.readDirSync(raw)].map((entry) => entry.name)).toEqual(["train.csv"]);
 * ```
 */
export async function replaceDirectory<T>(path: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const parent = dirname(path);
  await orExplain(path, () => Deno.mkdir(parent, { recursive: true }));
  await sweepUnfinished(parent);
  const { temp, lock } = await orExplain(path, () => claimFolder(path));
  try {
    const result = await fill(temp);
    await orExplain(path, () => swap(temp, path));
    return result;
  } catch (error) {
    await Deno.remove(temp, { recursive: true }).catch(() => {});
    throw error;
  } finally {
    lock?.close();
  }
}

/**
 * Removes what killed runs left unfinished in a folder, and puts a folder back that was lost in the middle of a swap.
 * What a living process still writes is left alone.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sweepUnfinished } from "@/stores/atomic.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/card.json.tmp-0123456789ab`, "{");
 * await sweepUnfinished(folder);
 * expect([...Deno.readDirSync(folder)]).toEqual([]);
 * ```
 */
export async function sweepUnfinished(folder: string): Promise<void> {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map((entry) => entry.name).filter(isUnfinished);
  } catch {
    return; // Nothing to sweep in a folder that cannot be read; writing to it will say why.
  }
  for (const name of names) {
    const path = join(folder, name);
    const lock = await tryLock(path);
    if (lock === undefined) continue;
    try {
      const [, original, old] = UNFINISHED.exec(name)!;
      if (old !== undefined && !(await exists(join(folder, original!)))) {
        await Deno.rename(path, join(folder, original!));
      } else await Deno.remove(path, { recursive: true });
    } catch {
      // Sweeping is a courtesy to the disk: a leftover that cannot be removed must not stop the run.
    } finally {
      lock.close();
    }
  }
}

/**
 * Turns the system's error about a file into a sentence that says what was tried and what would help.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { explainDiskError } from "@/stores/atomic.ts";
 *
 * const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
 * expect(explainDiskError("write", "panel.parquet", full).message)
 *   .toBe("Cannot write panel.parquet as the disk is full: free some space, or choose another folder");
 * ```
 */
export function explainDiskError(action: "write" | "read", path: string, error: unknown): StoreError {
  const { code, message } = error as Error & { code?: string };
  const reason = error instanceof Deno.errors.NotCapable
    ? `this process was not given the permission: run deno with --allow-${action}`
    : DISK_REASONS[code ?? ""]?.(action) ?? `the system refused: ${message}`;
  return new StoreError(`Cannot ${action} ${path} as ${reason}`, path, { cause: error });
}

const DISK_REASONS: Readonly<Record<string, (action: "write" | "read") => string>> = {
  EACCES: (action) => `this user may not ${action} there: change the folder's permissions, or choose another folder`,
  EPERM: (action) => `this user may not ${action} there: change the folder's permissions, or choose another folder`,
  EROFS: () => "the disk is read-only: choose another folder",
  ENOSPC: () => "the disk is full: free some space, or choose another folder",
  EDQUOT: () => "this user's share of the disk is used up: free some space, or choose another folder",
  ENOTDIR: () => "a part of its path is a file where a folder is needed",
  EEXIST: () => "a part of its path is a file where a folder is needed",
  EISDIR: () => "a folder has that name where a file is needed",
  ENAMETOOLONG: () => "the name is too long for this disk",
};

async function orExplain<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    // Only what the system said is ours to explain: a library's error, or a caller's, keeps its own words.
    if (!(error instanceof Error) || !("code" in error) || !/^E[A-Z0-9]+$/.test(String(error.code))) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
    }
    throw explainDiskError("write", path, error);
  }
}

const unfinishedName = (path: string) => `${path}.tmp-${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;

/**
 * Opens a new file beside a path, to be filled and renamed by the caller, who closes it: until then it is locked, and
 * {@linkcode sweepUnfinished} leaves it alone.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { claimFile, isUnfinished } from "@/stores/atomic.ts";
 *
 * const path = `${await Deno.makeTempDir()}/card.json`;
 * const { temp, file } = await claimFile(path);
 * expect(isUnfinished(temp.slice(temp.lastIndexOf("/") + 1))).toBe(true);
 * file.close();
 * ```
 */
export async function claimFile(path: string): Promise<{ temp: string; file: Deno.FsFile }> {
  for (;;) {
    const temp = unfinishedName(path);
    const file = await Deno.open(temp, { write: true, createNew: true });
    await lockIfPossible(file);
    // Another process may have swept it between its creation and the lock: then make another one.
    if (await exists(temp)) return { temp, file };
    file.close();
  }
}

/**
 * Makes a new folder beside a path, to be filled and renamed by the caller, who closes its lock: see
 * {@linkcode claimFile}. There is no lock where the system cannot open folders.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { claimFolder, sweepUnfinished } from "@/stores/atomic.ts";
 *
 * const root = await Deno.makeTempDir();
 * const { temp, lock } = await claimFolder(`${root}/run`);
 * await sweepUnfinished(root);
 * expect((await Deno.stat(temp)).isDirectory).toBe(true);
 * lock?.close();
 * await sweepUnfinished(root);
 * expect([...Deno.readDirSync(root)]).toEqual([]);
 * ```
 */
export async function claimFolder(path: string): Promise<{ temp: string; lock: Deno.FsFile | undefined }> {
  for (;;) {
    const temp = unfinishedName(path);
    await Deno.mkdir(temp);
    const lock = await Deno.open(temp, { read: true }).catch(() => undefined); // Windows does not open folders.
    if (lock !== undefined) await lockIfPossible(lock);
    if (await exists(temp)) return { temp, lock };
    lock?.close();
  }
}

/** Swaps that are tried while others swap the same folder. */
const MOST_SWAPS = 50;

/** Another was first, even if a third has moved its folder aside since. */
function isTaken(error: unknown): boolean {
  return ["ENOTEMPTY", "EEXIST"].includes(String((error as { code?: unknown }).code));
}

async function swap(temp: string, path: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const old = `${unfinishedName(path)}-old`;
    const lock = await Deno.open(path, { read: true }).catch(() => undefined);
    try {
      if (lock !== undefined) await lockIfPossible(lock);
      await Deno.rename(path, old).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
      try {
        await Deno.rename(temp, path);
        await Deno.remove(old, { recursive: true }).catch(() => {});
        return;
      } catch (error) {
        if (!(await exists(path))) await Deno.rename(old, path).catch(() => {});
        else await Deno.remove(old, { recursive: true }).catch(() => {});
        // Two runs swapped at the same time and the other was first: its folder is whole too, so replace that one.
        if (attempt === MOST_SWAPS || !(isTaken(error) || await exists(path))) throw error;
      }
    } finally {
      lock?.close();
    }
  }
}

async function lockIfPossible(file: Deno.FsFile): Promise<void> {
  // Some network file systems know no locks. There nothing is swept either, as the sweeper gets none.
  await file.lock(true).catch(() => {});
}

async function tryLock(path: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(path, { read: true }).catch(() => undefined);
  if (file === undefined) return undefined;
  if (await file.tryLock(true).catch(() => false)) return file;
  file.close();
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function writeAll(file: Deno.FsFile, bytes: Bytes): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
