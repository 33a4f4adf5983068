/**
 * A text file that only grows, line by line, however many processes write to it.
 *
 * @module
 */
import { dirname } from "node:path";
import { explainDiskError } from "@/stores/atomic.ts";

const LINE_END = 10;

/**
 * Adds one line to a file and returns when it is on disk. Writers wait for each other, so that each sees all lines before.
 *
 * What follows the last line end was left by a killed writer, who never said it was done: it is cut off. When the disk
 * refuses, the file stays as it was. Requires `--allow-read` and `--allow-write`.
 *
 * @param next Gets the whole file and returns the line to add; what it throws passes through, and nothing is written.
 * @param after Runs before the next writer may begin.
 * @throws {StoreError} If the disk refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { appendLocked } from "@/stores/append_log.ts";
 *
 * const path = `${await Deno.makeTempDir()}/log/audit.jsonl`;
 * for (const line of ["a", "b"]) await appendLocked(path, () => line);
 * expect(await Deno.readTextFile(path)).toBe("a\nb\n");
 * ```
 */
export async function appendLocked(
  path: string,
  next: (text: string) => string,
  after: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  using file = await orExplain(path, () => openToGrow(path));
  await orExplain(path, () => file.lock(true));
  const bytes = await Deno.readFile(path);
  const line = next(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  const whole = bytes.lastIndexOf(LINE_END) + 1;
  await orExplain(path, async () => {
    if (whole < bytes.length) await file.truncate(whole);
    try {
      const added = new TextEncoder().encode(`${line}\n`);
      for (let at = 0; at < added.length;) at += await file.write(added.subarray(at));
      await file.sync();
    } catch (error) {
      await file.truncate(whole).catch(() => {});
      throw error;
    }
  });
  await after();
}

/**
 * Holds a lock while work is done; a second process is told at once, it does not wait. The lock dies with its process.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @param busy Makes the error for whoever comes second.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { whileLocked } from "@/stores/append_log.ts";
 *
 * const path = `${await Deno.makeTempDir()}/deploy.lock`, busy = () => new RangeError("busy");
 * const both = whileLocked(path, busy, () => whileLocked(path, busy, () => Promise.resolve()));
 * await expect(both).rejects.toThrow("busy");
 * ```
 */
export async function whileLocked<Result>(
  path: string,
  busy: () => Error,
  work: () => Promise<Result>,
): Promise<Result> {
  using file = await orExplain(path, () => openToGrow(path));
  if (!await file.tryLock(true)) throw busy();
  return await work();
}

async function openToGrow(path: string): Promise<Deno.FsFile> {
  await Deno.mkdir(dirname(path), { recursive: true });
  return await Deno.open(path, { append: true, read: true, create: true });
}

async function orExplain<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Error && ("code" in error || error instanceof Deno.errors.NotCapable)) {
      throw explainDiskError("write", path, error);
    }
    throw error;
  }
}
