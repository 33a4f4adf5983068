import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { datasets } from "@/datasets/mod.ts";
import { evaluate } from "@/pipeline/evaluate.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { forecast } from "@/pipeline/forecast.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { leakcheck } from "@/pipeline/leakcheck.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { everythingKnown, register } from "@/pipeline/register.ts";
import { train } from "@/pipeline/train.ts";
import { modelLoader, prepareModel } from "@/serving/model/load_model.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { testServer } from "../support/serving.ts";
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
          // What is remembered of a row as planned has the bits of what is computed for a plan that changes nothing.
          for (const level of [50, 80]) {
            const computed = model.interval(id, step, value, level, new Map([[step, {}]]));
            expect(model.interval(id, step, value, level)).toEqual(computed);
          }
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

  const MODELS = {
    rossmann: ["seasonal_naive", "lightgbm", "xgboost", "ensemble"],
    walmart: ["seasonal_naive", "lightgbm", "svd_growth", "ensemble"],
    "store-item": ["seasonal_naive", "lightgbm", "factor_model", "ensemble"],
  };
  const SIZES = { rossmann: {}, walmart: { series: 8, steps: 143 }, "store-item": { steps: 700 } };
  for (const [dataset, models] of Object.entries(MODELS)) {
    it(`of ${dataset} explains its forecasts, a blend's too: contributions add up to them`, async () => {
      await using work = await workdir();
      const source = await work.source("raw", rawFiles(dataset, SIZES[dataset as "rossmann"]));
      const context = await work.context({ dataset, source, models });
      // The blend is what is registered, whoever was best.
      const { panel, card } = await ingest(context), table = await featurize(context, panel);
      const { evaluation } = await evaluate(context, await train(context, { panel, card }, table));
      const leak = await leakcheck(context, panel);
      await register(
        context,
        { panel, card },
        everythingKnown(context, table),
        { ...evaluation, champion: "ensemble" },
        leak,
      );
      using model = await modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 })();
      expect(model.card.champion).toBe("ensemble");
      for (const step of [0, 5, model.horizon - 1]) {
        const told = await model.explain(model.series.at(-1)!, step, new Map());
        expect(told.method).toBe("treeshap");
        const sum = told.contributions.reduce((sum, { contribution }) => sum + contribution, told.expected);
        const whole = told.space === "log1p" ? Math.log1p(told.prediction) : told.prediction;
        expect(Math.abs(sum - whole) / Math.max(1, Math.abs(whole))).toBeLessThan(1e-4);
        const groups = Object.values(told.groups).reduce((sum, value) => sum + value, told.expected);
        expect(groups).toBeCloseTo(sum, 6);
        expect(Object.keys(told.intervals)).toEqual(["50", "80", "95"]);
      }
      // Over HTTP and on the page: nobody is told that the model cannot tell.
      await using server = await testServer({
        dataset: datasets[dataset]!,
        load: modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 }),
      });
      const id = model.series[0]!, date = model.dateOf(3);
      const answer = await (await server.ask("/explain", { unique_id: id, ds: date })).json();
      expect(answer).toMatchObject({ unique_id: id, ds: date, method: "treeshap" });
      expect(answer.contributions.length).toBeGreaterThan(10);
      const headers = { "hx-request": "true", "hx-target": "why" };
      const part = await server.ask(`/dashboard/forecast?series=${id}&date=${date}`, undefined, { headers });
      const html = await part.text();
      expect([part.status, html.includes("cannot tell"), html.includes("figure-why-3")]).toEqual([200, false, true]);
    });
  }

  it("takes the data that came in while it was being prepared", async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive"] });
    await pipeline(context);
    const source = registrySource(context, { unapproved: true });
    const prepare = async (card: ModelCard) => {
      await ingest(await work.context({ seed: 2 }));
      await prepareModel(context, card);
    };
    using model = await modelLoader(context, source, { workers: 0, prepare })();
    using later = await modelLoader(context, source, { workers: 0 })();
    const [id] = model.series;
    expect(model.history(id!)).toEqual(later.history(id!));
  });

  it("tells the effect of a promotion as that of the promotion, although the base knows it too", async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive", "lightgbm"] });
    await pipeline(context);
    using model = await modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 })();
    const [id] = model.series, step = model.plan(id!).findIndex(({ known }) => known["open"] !== 0);
    const of = (promo: number) => model.explain(id!, step, new Map([[step, { promo }]]));
    const [on, off] = [await of(1), await of(0)];
    expect(on.groups.promotion! - off.groups.promotion!).toBeGreaterThan(0.05);
    // The level is that of the store, with or without it.
    expect(on.groups.level!).toBeCloseTo(off.groups.level!, 1);
  });

  it("tells that a closed day sells nothing because it is closed", async () => {
    await using work = await workdir();
    const context = await work.context({ models: ["seasonal_naive", "lightgbm"] });
    await pipeline(context);
    using model = await modelLoader(context, registrySource(context, { unapproved: true }), { workers: 0 })();
    const told = await model.explain(model.series[0]!, 3, new Map([[3, { open: 0 }]]));
    expect([told.prediction, told.contributions[0]!.feature]).toEqual([0, "open"]);
    const sum = told.contributions.reduce((sum, { contribution }) => sum + contribution, told.expected);
    expect(sum).toBeCloseTo(0, 6);
  });
});
