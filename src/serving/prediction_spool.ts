/**
 * Served predictions that the store of forecasts was not there to take when the server ended: kept on disk for the next start.
 *
 * @module
 */
import type { LocalStore } from "@/core/store.ts";
import type { ServedPrediction } from "@/serving/stores/forecast_store.ts";

/** Rows on disk. */
export interface PredictionSpool {
  /** Keeps rows. */
  put(rows: readonly ServedPrediction[]): Promise<void>;
  /** Gives the rows that are kept, and forgets them. */
  take(): Promise<readonly ServedPrediction[]>;
}

/**
 * Opens the spool of a dataset, one JSON document a line.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { predictionSpool } from "@/serving/prediction_spool.ts";
 * import { directoryStore } from "@/stores/mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const spool = predictionSpool(directoryStore(folder), "rossmann");
 * expect(await spool.take()).toEqual([]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function predictionSpool(store: LocalStore, dataset: string): PredictionSpool {
  const key = `data/serving/${dataset}.spool.jsonl`;
  return {
    async put(rows) {
      await store.put(key, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    },
    async take() {
      const bytes = await store.get(key);
      if (bytes === undefined) return [];
      await store.delete(key);
      return new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) => JSON.parse(line));
    },
  };
}
