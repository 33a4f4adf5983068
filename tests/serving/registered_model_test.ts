import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { forecast } from "@/pipeline/forecast.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

describe("a registered model, served", () => {
  for (const [dataset, size] of [["rossmann", {}], ["walmart", { series: 8, steps: 143 }]] as const) {
    it(`of ${dataset} puts the intervals around its forecasts that a file of forecasts has`, async () => {
      await using work = await workdir();
      const source = await work.source("raw", rawFiles(dataset, size));
      await pipeline(await work.context({ dataset, source, models: ["seasonal_naive", "lightgbm"] }));
      const context = await work.context({ dataset, source });
      const { submission } = await forecast(context, { levels: [50, 80] });
      expect(submission.columns.slice(-4)).toEqual(["lo-50", "hi-50", "lo-80", "hi-80"]);

      using model = await modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 })();
      expect(model.levels).toEqual([50, 80, 95]);
      const paths = await model.forecast(model.series.map((id) => ({ id, changes: new Map() })));
      const served = paths.flatMap(({ id, values }) =>
        Array.from(values, (value, step) => {
          const { lo, hi } = model.interval(id, step, value, 80)!;
          expect(lo).toBeLessThanOrEqual(value);
          expect(hi).toBeGreaterThanOrEqual(value);
          return `${value.toPrecision(6)} ${lo.toPrecision(6)} ${hi.toPrecision(6)}`;
        })
      );
      const value = submission.columns.at(-5)!;
      const filed = submission.select(value, "lo-80", "hi-80").rows().map((row) =>
        row.map((cell) => Number(cell).toPrecision(6)).join(" ")
      );
      // The file has rows for some of the dates and series that are served.
      expect(filed.length).toBeGreaterThan(50);
      expect(filed.filter((row) => !served.includes(row))).toEqual([]);
    });
  }

  it("knows that a closed day is certain, and that another plan is differently sure", async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive", "lightgbm"] });
    await pipeline(context);
    using model = await modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 })();
    const [id] = model.series, step = model.plan(id!).findIndex(({ known }) => known["open"] !== 0);
    expect(model.interval(id!, step, 0, 80, new Map([[step, { open: 0 }]]))).toEqual({ lo: 0, hi: 0 });
    const of = (promo: number) => model.interval(id!, step, 5000, 80, new Map([[step, { promo }]]))!;
    expect(of(1).hi).not.toBe(of(0).hi);
  });
});
