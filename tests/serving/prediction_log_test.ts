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

  it("keeps what a store that is away does not take, and spools it in the end", async () => {
    const { log, spooled } = opened({ logPredictions: () => Promise.reject(new Error("away")) });
    log.add([row("a"), row("b")]);
    expect(await log.flush()).toBe(false);
    expect(log.waiting).toBe(2);
    await log[Symbol.asyncDispose]();
    expect(spooled).toEqual(["a", "b"]);
  });
});
