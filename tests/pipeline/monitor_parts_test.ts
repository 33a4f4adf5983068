import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { ingest, readIngested } from "@/pipeline/ingest.ts";
import { monitorKeys } from "@/pipeline/monitor/drift_summary.ts";
import { monitor } from "@/pipeline/monitor/monitor.ts";
import type { ForecastLog } from "@/pipeline/monitor/performance.ts";
import {
  countMonitored,
  joinedKey,
  joinMonitor,
  joinMonitored,
  monitorPart,
  partKeys,
} from "@/pipeline/partitions/mod.ts";
import { addSteps } from "@/pipeline/time.ts";
import { ingestInParts, monitorInParts } from "../support/partitioned.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** The last lines of `monitor`: more rows than are looked at one by one, more series than are followed to the first day. */
const SIZES = {
  "rossmann": { series: 130, steps: 900 },
  "walmart": { series: 9, steps: 143 },
  "store-item": { series: 7, steps: 800 },
};

/** A context whose clock stands still: a summary says when it was made. */
async function contextOf(work: Workdir, options: Parameters<Workdir["context"]>[0]): Promise<Context> {
  return { ...await work.context(options), now: () => Temporal.Instant.from("2026-11-21T08:00:00Z") };
}

/** Forecasts of the last weeks and of the weeks to come, and sales that were reported one by one. */
async function logOf(context: Context): Promise<ForecastLog> {
  const { panel: { frame, asOf, profile } } = await readIngested(context), step = profile.frequency;
  const last = frame.filter(
    pl.col("ds").gtEq(pl.lit(addSteps(asOf, -20, step)).str.strptime(pl.Date, "%Y-%m-%d")).and(pl.col("y").isNotNull()),
  ).select(pl.col("unique_id"), pl.col("ds").cast(pl.Utf8), pl.col("y")).rows() as [string, string, number][];
  const origins = [addSteps(asOf, -20, step), asOf];
  const ids = [...new Set(last.map(([id]) => id))];
  return {
    forecasts: [
      ...last.map(([uniqueId, ds, y], at) => ({ uniqueId, ds, origin: origins[0]!, yHat: y * (0.9 + at % 7 / 30) })),
      ...ids.flatMap((uniqueId, at) =>
        [0, 1, 2, 3, 4, 5, 6, 7].map((k) => (
          { uniqueId, ds: addSteps(asOf, k, step), origin: asOf, yHat: 50 + 3 * at % 40 + k }
        ))
      ),
    ].map((row) => ({ ...row, model: "shop/1", intervals: { "80": [row.yHat - 9, row.yHat + 9] as const } })),
    actuals: last.slice(0, 3).map(([uniqueId, ds, y]) => ({ uniqueId, ds, y: y + 1, receivedAt: `${asOf}T09:00:00Z` })),
  };
}

describe("monitoring in parts", () => {
  for (const [dataset, size] of Object.entries(SIZES)) {
    it(`of ${dataset} writes the bytes that it writes of all series at once`, async () => {
      await using work = await workdir();
      const context = await contextOf(work, { dataset, ...size });
      await ingest(context);
      const known = await logOf(context),
        log = () => Promise.resolve(known),
        { summary, report } = monitorKeys(dataset);
      const both = async () => await Promise.all([work.read(summary), work.read(report)]);
      const found = await monitor(context, { log });
      expect([found.performance, found.predictions].map((one) => one === null)).toEqual([false, false]);
      const whole = await both();
      for (const parts of [2, 5]) {
        await ingestInParts(context, parts, { whole: false });
        for (const key of [summary, report]) await context.store.delete(key);
        await monitorInParts(context, parts, { log });
        expect(await both()).toEqual(whole);
      }
    });
  }

  it("keeps less than there is, and does without any forecast", async () => {
    await using work = await workdir();
    const context = await contextOf(work, { dataset: "store-item", series: 4, steps: 1_500 });
    await ingest(context);
    const whole = await monitor(context, { steps: 28 });
    await ingestInParts(context, 3, { whole: false });
    expect(await monitorInParts(context, 3, { steps: 28 })).toEqual(whole);
  });

  it("names the part that is damaged, and says what must come first", async () => {
    await using work = await workdir();
    const context = await contextOf(work, { dataset: "store-item", series: 6, steps: 500 });
    const [one, two] = [{ index: 0, of: 2 }, { index: 1, of: 2 }] as const;
    await ingestInParts(context, 2, { whole: false });
    await countMonitored(context, one);
    await expect(joinMonitored(context, 2)).rejects.toThrow("run `deno task summarize --partition 2/2 --for monitor");
    await countMonitored(context, two);
    const early = monitorPart(context, one);
    await expect(early).rejects.toThrow(MissingInputError);
    await expect(early).rejects.toThrow("merge --stage summarize --for monitor --parts 2");
    await joinMonitored(context, 2);
    await Promise.all([monitorPart(context, one), monitorPart(context, two), monitorPart(context, two)]);
    await expect(monitorPart(context, one, { steps: 7 })).rejects.toThrow(
      "the days and forecasts that are to be judged",
    );
    const { table } = partKeys("store-item", "monitor", two), bytes = (await context.store.get(table))!;
    bytes[bytes.length >> 1]! ^= 1;
    await context.store.put(table, bytes);
    const damaged = joinMonitor(context, 2);
    await expect(damaged).rejects.toThrow(DatasetError);
    await expect(damaged).rejects.toThrow(/partition 2\/2 of monitor .*deno task monitor --partition 2\/2/);
    await monitorPart(context, two);
    const counts = joinedKey("store-item", "summarize-monitor-1", 2, "parquet"),
      counted = (await context.store.get(counts))!;
    await context.store.put(counts, counted.slice(0, counted.length >> 1));
    const halved = joinMonitor(context, 2);
    await expect(halved).rejects.toThrow(DatasetError);
    await expect(halved).rejects.toThrow(
      /joined\.parquet as it is damaged.*deno task merge --stage summarize --for monitor/,
    );
    await context.store.put(counts, counted);
    expect(await joinMonitor(context, 2)).toEqual(await monitorInParts(context, 2));
  });
});
