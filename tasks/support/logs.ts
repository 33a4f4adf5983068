/**
 * Where log events go: JSON lines in `logs/`, and warnings to stderr.
 *
 * @module
 */
import { configure, dispose, jsonLinesFormatter, type LogRecord } from "@logtape/logtape";
import { dirname } from "node:path";
import type { LocalStore } from "@/core/store.ts";
import { explainDiskError } from "@/stores/mod.ts";

const encoder = new TextEncoder();

/** Opens the log of a task: `logs/<task>.jsonl` in the working folder, appended to. */
export async function openLogs(store: LocalStore, task: string): Promise<AsyncDisposable> {
  const path = store.path(`logs/${task}.jsonl`);
  const file = await openToAppend(path);
  await configure({
    reset: true,
    sinks: {
      // Synchronous, so that the last line before a crash is on disk.
      file: (record: LogRecord) => void file.writeSync(encoder.encode(jsonLinesFormatter(record))),
    },
    loggers: [
      { category: "shelfcast", sinks: ["file"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], sinks: ["file"], lowestLevel: "warning" },
    ],
  });
  return {
    async [Symbol.asyncDispose]() {
      await dispose();
      file.close();
    },
  };
}

/** The first thing that a task writes: here a working folder that cannot be written to is noticed. */
async function openToAppend(path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    return await Deno.open(path, { append: true, create: true });
  } catch (error) {
    throw explainDiskError("write", path, error);
  }
}
