import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { getLogger } from "@logtape/logtape";
import { predictionLog } from "@/serving/prediction_log.ts";
import type { ForecastStore, ServedPrediction } from "@/serving/stores/forecast_store.ts";

const row = (requestId: string) => ({ requestId }) as ServedPrediction;

function opened(over: Partial<Pick<ForecastStore, "logPredictions" | "trim">> = {}) {
  const written: string[] = [], spooled: string[] = [];
  const store = {
    logPredictions: (rows: readonly ServedPrediction[]) => {
      written.push(...rows.map(({ requestId }) => requestId));
      return Promise.resolve();
    },
    trim: () => Promise.resolve(),
    ...over,
  } as unknown as ForecastStore;
  const log = predictionLog(store, {
    log: getLogger("test"),
    everyMs: 0,
    keep: { days: 1, rows: 10 },
    now: () => Temporal.Instant.from("2026-01-02T00:00:00Z"),
    spool: (rows) => (spooled.push(...rows.map(({ requestId }) => requestId)), Promise.resolve()),
  });
  return { log, written, spooled };
}

describe("the log of predictions", () => {
  it("has written, when a flush ends, what was added while another one trimmed", async () => {
    const begun = Promise.withResolvers<void>(), trimming = Promise.withResolvers<void>();
    const { log, written } = opened({ trim: () => (begun.resolve(), trimming.promise) });
    log.add([row("before")]);
    const first = log.flush();
    await begun.promise;
    log.add([row("meanwhile")]);
    const second = log.flush();
    trimming.resolve();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(written).toEqual(["before", "meanwhile"]);
  });

  it("writes again after it had nothing to do", async () => {
    const { log, written } = opened();
    expect(await log.flush()).toBe(true);
    expect(await log.flush()).toBe(true);
    log.add([row("a")]);
    expect(await log.flush()).toBe(true);
    expect(written).toEqual(["a"]);
  });

  it("forgets the oldest rows where too many wait, and no newer one, however long a write takes", async () => {
    const written: string[] = [], hanging = Promise.withResolvers<void>();
    const { log } = opened({
      logPredictions: async (rows) => {
        if (written.length === 0) await hanging.promise;
        written.push(...rows.map(({ requestId }) => requestId));
      },
    });
    const rows = (from: number, count: number) => Array.from({ length: count }, (_, k) => row(String(from + k)));
    log.add(rows(0, 10));
    const flushed = log.flush();
    await Promise.resolve();
    log.add(rows(10, 200_001));
    hanging.resolve();
    expect(await flushed).toBe(true);
    expect(log.forgotten).toBe(1);
    expect(written.slice(0, 11)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "11"]);
    expect(written.length).toBe(10 + 200_000);
  });

  it("keeps what a store that is away does not take, and spools it in the end", async () => {
    const { log, spooled } = opened({ logPredictions: () => Promise.reject(new Error("away")) });
    log.add([row("a"), row("b")]);
    expect(await log.flush()).toBe(false);
    expect(log.waiting).toBe(2);
    await log[Symbol.asyncDispose]();
    expect(spooled).toEqual(["a", "b"]);
  });
});
