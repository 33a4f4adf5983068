/** One model, whoever asks: a notebook, the nightly batch, the API, a page on a laptop without a network. */
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { UnknownSeriesError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { loadNewest, predictAhead } from "@/pipeline/forecast.ts";
import { futurePanel } from "@/pipeline/future_panel.ts";
import { readPlan } from "@/pipeline/horizon_table.ts";
import { profileOf, readIngested } from "@/pipeline/ingest.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { createApp } from "@/serving/app.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { openServices } from "@/serving/serve.ts";
import { exportWhatIf } from "@/serving/takeaway/export_what_if.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

describe("a model says the same", () => {
  let work: Workdir, context: Context;
  const source = () => registrySource(context, { unapproved: true });

  before(async () => {
    work = await workdir();
    context = await work.context({ models: ["seasonal_naive", "lightgbm", "second_opinion", "xgboost", "ensemble"] });
    await pipeline(context);
  });
  after(() => work[Symbol.asyncDispose]());

  it("in a notebook, in the batch and over HTTP, bit for bit", async () => {
    const { card, model: loaded } = await loadNewest(context);
    using model = loaded;
    const { panel } = await readIngested(context);
    const own = { ...panel, profile: { ...profileOf(panel.frame, panel.profile), horizon: card.horizon } };
    const { panel: whole } = futurePanel(own, await readPlan(context, panel), card.horizon);
    const frame = predictAhead(whole, card, model);
    const notebook = new Map(
      frame.toRecords().map(({ unique_id, ds, forecast }) => [
        `${unique_id} ${new Date(ds as unknown as Date).toISOString().slice(0, 10)}`,
        forecast as number,
      ]),
    );

    const services = openServices(context, { source: source(), workers: 0 });
    try {
      expect((await services.models.swap()).outcome).toBe("swapped");
      const { models, forecasts } = services, served = models.answerer();
      await batchForecast(served, forecasts, { now: context.now });
      const app = createApp(services);
      const post = async (path: string, body: unknown) => {
        const headers = { "content-type": "application/json" };
        return await (await app.request(path, { method: "POST", body: JSON.stringify(body), headers })).json();
      };
      const rows = served.series.flatMap((unique_id) =>
        Array.from({ length: served.horizon }, (_, step) => ({ unique_id, ds: served.dateOf(step) }))
      );
      expect(notebook.size).toBe(rows.length);
      const { predictions } = await post("/predict_batch", rows);
      const stored = new Map<string, number>();
      for (const uniqueId of served.series) {
        for (const { ds, yHat } of await forecasts.forecasts({ uniqueId })) stored.set(`${uniqueId} ${ds}`, yHat);
      }
      for (const { unique_id, ds, prediction } of predictions) {
        const key = `${unique_id} ${ds}`;
        expect([key, prediction, prediction]).toEqual([key, notebook.get(key), stored.get(key)]);
      }
      for (const row of rows.filter((_, k) => k % 37 === 0)) {
        expect((await post("/predict", row)).prediction).toBe(notebook.get(`${row.unique_id} ${row.ds}`));
      }
    } finally {
      await services.served[Symbol.asyncDispose]();
      await services.models[Symbol.asyncDispose]();
      await services.forecasts[Symbol.asyncDispose]();
    }
  });

  it("in a page that a browser computes, under any plan, bit for bit", async () => {
    const { page, plans, series, largestDifference } = await exportWhatIf(context, source(), ["1", "3"]);
    expect([series, plans, largestDifference]).toEqual([["1", "3"], 24, 0]);
    expect(page).toContain("<!doctype html>");
    // It asks nobody for anything.
    expect(page).not.toMatch(/(?:src|href)="?https?:|fetch\(/);
  });

  it("and a series that is not there has no page", async () => {
    await expect(exportWhatIf(context, source(), ["99"])).rejects.toThrow(UnknownSeriesError);
  });
});

describe("a page that a browser computes", () => {
  for (
    const [dataset, models] of [
      ["walmart", ["seasonal_naive", "svd_growth", "lightgbm", "ensemble"]],
      ["store-item", ["seasonal_naive", "factor_model", "lightgbm", "ensemble"]],
    ] as const
  ) {
    it(`says what the server says of ${dataset}`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset, models: [...models] });
      await pipeline(context);
      const { largestDifference } = await exportWhatIf(context, registrySource(context, { unapproved: true }));
      expect(largestDifference).toBe(0);
    });
  }
});
