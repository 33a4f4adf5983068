/**
 * Where log events go: JSON lines in `logs/`, and warnings to stderr.
 *
 * @module
 */
import { configure, dispose, jsonLinesFormatter, type LogRecord } from "@logtape/logtape";
import type { LocalStore } from "@/core/store.ts";

const encoder = new TextEncoder();

/** Opens the log of a task: `logs/<task>.jsonl` in the working folder, appended to. */
export async function openLogs(store: LocalStore, task: string): Promise<AsyncDisposable> {
  const path = store.path(`logs/${task}.jsonl`);
  await Deno.mkdir(store.path("logs"), { recursive: true });
  const file = await Deno.open(path, { append: true, create: true });
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
