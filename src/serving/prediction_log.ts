/**
 * The log of served predictions: written behind the answers, and kept while the store is away.
 *
 * @module
 */
import type { Logger } from "@logtape/logtape";
import type { ForecastStore, ServedPrediction } from "@/serving/stores/forecast_store.ts";

/** Rows per write: small enough that nobody waits for it, nor an actual that is written meanwhile. */
const PART = 500;
/** Rows that are not left to wait: V8 would take them for old ones, and keep them long after they were written. */
const SOON = 1000;
const MOST_WAITING = 200_000;

/** Collects served predictions and writes them in the background. */
export interface PredictionLog extends AsyncDisposable {
  add(rows: readonly ServedPrediction[]): void;
  /** Writes what waits; false when the store is away and rows remain. */
  flush(): Promise<boolean>;
  /** Rows that wait, and rows that had to be forgotten since too many waited. */
  readonly waiting: number;
  readonly forgotten: number;
}

/**
 * Opens a log. While the store is away rows wait in memory, the oldest are forgotten beyond 200,000, and writing is tried
 * again every time.
 *
 * @param options.everyMs Milliseconds between writes; 0 to write only when told.
 * @param options.keep Days and rows after which the log forgets.
 * @param options.spool Takes what could not be written by the end, for the next start.
 */
export function predictionLog(
  store: ForecastStore,
  { log, everyMs = 250, keep, now, spool }: {
    readonly log: Logger;
    readonly everyMs?: number;
    readonly keep: { readonly days: number; readonly rows: number };
    readonly now: () => Temporal.Instant;
    readonly spool?: (rows: readonly ServedPrediction[]) => Promise<void>;
  },
): PredictionLog {
  let queue: ServedPrediction[] = [], forgotten = 0, away = false;
  let writing: Promise<boolean> | undefined, trimmed = -Infinity;

  /** Writes and trims until there is nothing to do: who flushes meanwhile waits for the same, and misses no row. */
  async function write(): Promise<boolean> {
    await undefined; // Its promise is kept before it can end.
    try {
      while (queue.length > 0 || isTrimDue()) {
        if (queue.length === 0) await trim();
        else if (!await writePart()) return false;
      }
      return true;
    } finally {
      writing = undefined;
    }
  }

  async function writePart(): Promise<boolean> {
    const part = queue.splice(0, PART);
    try {
      await store.logPredictions(part);
    } catch (error) {
      queue.unshift(...part);
      if (!away) log.warn("prediction log waits", { rows: queue.length, why: (error as Error).message });
      away = true;
      return false;
    }
    if (away) log.info("prediction log caught up", {});
    away = false;
    // Others first: a batch of 41,000 rows must not hold up who asks for one.
    await new Promise((resolve) => setTimeout(resolve));
    return true;
  }

  function isTrimDue(): boolean {
    return now().epochMilliseconds - trimmed >= 3_600_000;
  }

  async function trim(): Promise<void> {
    trimmed = now().epochMilliseconds;
    const before = now().subtract({ hours: keep.days * 24 }).toString();
    await store.trim(before, keep.rows).catch((error) =>
      log.warn("log not trimmed", { why: (error as Error).message })
    );
  }

  const flush = () => (writing ??= write());
  const timer = everyMs > 0 ? setInterval(() => void flush(), everyMs) : undefined;
  return {
    add(rows) {
      for (const row of rows) queue.push(row);
      if (timer !== undefined && writing === undefined && !away && queue.length >= SOON) void flush();
      if (queue.length > MOST_WAITING) {
        forgotten += queue.length - MOST_WAITING;
        queue = queue.slice(-MOST_WAITING);
      }
    },
    flush,
    get waiting() {
      return queue.length;
    },
    get forgotten() {
      return forgotten;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
      if (queue.length > 0) await spool?.(queue);
    },
  };
}
