import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import { DatasetError, MissingInputError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { readEvaluation } from "@/pipeline/evaluate.ts";
import { readFeatures } from "@/pipeline/featurize.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { readLeak } from "@/pipeline/leakcheck.ts";
import { ENSEMBLE } from "@/pipeline/models.ts";
import { featurizePart, indexPanel, ingestPart, joinFeatures, partKeys } from "@/pipeline/partitions/mod.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { everythingKnown, register } from "@/pipeline/register.ts";
import { predictionsGate } from "@/pipeline/validate_predictions.ts";
import { batchForecast } from "@/serving/batch_forecast.ts";
import { keepForecasts } from "@/serving/keep_forecasts.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import { predictionsOf } from "@/serving/predictions_of.ts";
import { openForecastStore } from "@/serving/stores/open_store.ts";
import {
  blendInParts,
  evaluateInParts,
  featurizeInParts,
  forecastInParts,
  ingestInParts,
  newestVersion,
} from "../support/partitioned.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** What a whole run leaves behind, and parts must leave behind too. */
const filesOf = (dataset: string) => {
  const { panel, panelCard, features, featuresCard, forecast } = keysOf(dataset);
  return [panel, panelCard, features, featuresCard, forecast];
};

const readAll = async ({ store }: Context, keys: readonly string[]) =>
  Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, Buffer.from((await store.get(key)) ?? []).toString("base64")])),
  ) as Record<string, string>;

/** The scored parts, as they are stored. */
const partsOf = async ({ store, profile }: Context, of: number) =>
  await readAll(
    { store } as Context,
    await Array.fromAsync(store.list(`data/partitions/${profile.name}/evaluate/${of}/`)),
  );

/** Forecasts all series at once, as the task does. */
async function forecastWhole(context: Context): Promise<void> {
  const source = newestVersion(context);
  using model = await modelLoader(context, source, { workers: 0 })();
  await using store = openForecastStore(context);
  const gate = await predictionsGate(context);
  await batchForecast(model, store, { now: context.now, accept: (part) => gate.accept(predictionsOf(model, part)) });
  await keepForecasts(context, model, store, await gate.close());
}

const small = {
  "rossmann": { series: 7, steps: 400 },
  "walmart": { series: 9, steps: 143 },
  "store-item": { series: 8, steps: 600 },
};

describe("stages in parts", () => {
  for (const [dataset, size] of Object.entries(small)) {
    it(`of ${dataset} leave behind what the whole run does, bit for bit`, async () => {
      await using work: Workdir = await workdir();
      const models = ["seasonal_naive", "group_median", "lightgbm"];
      const context = await work.context({ dataset, windows: 1, models, ...size });
      await pipeline(context);
      await forecastWhole(context);
      const files = filesOf(dataset), whole = await readAll(context, files);
      for (const key of files) expect(whole[key]!.length).toBeGreaterThan(0);
      const source = newestVersion(context);
      for (const parts of [2, 11]) {
        for (const key of files) await context.store.delete(key);
        await ingestInParts(context, parts);
        await featurizeInParts(context, parts);
        await forecastInParts(context, parts, source);
        const joined = await readAll(context, files);
        for (const key of files) expect(`${parts} parts: ${key} ${joined[key] === whole[key]}`).toContain("true");
        const { scores, rows } = await evaluateInParts(context, parts);
        const { backtest, scores: own } = await readEvaluation(context);
        expect(rows).toBeGreaterThan(0);
        const text = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one));
        const found = Object.values(scores).map((models) => models["lightgbm"]);
        expect(text(found)).toEqual(text([...backtest.map((one) => one.scores["lightgbm"]), own["lightgbm"]]));
      }
    });
  }

  for (const [dataset, member] of [["walmart", "svd_growth"], ["store-item", "factor_model"]] as const) {
    it(`of ${dataset} do so with a blend in use that has the member ${member}`, async () => {
      await using work: Workdir = await workdir();
      const context = await work.context({ dataset, windows: 2, ...small[dataset] });
      await pipeline(context);
      const evaluation = await readEvaluation(context);
      const everything = everythingKnown(context, await readFeatures(context));
      const { card } = await register(
        context,
        await readIngested(context),
        everything,
        { ...evaluation, champion: ENSEMBLE },
        await readLeak(context),
      );
      expect([card.champion, evaluation.blend!.weights[member]! > 0]).toEqual([ENSEMBLE, true]);
      await forecastWhole(context);
      const { forecast } = keysOf(dataset), whole = (await readAll(context, [forecast]))[forecast]!;
      expect(whole.length).toBeGreaterThan(0);
      for (const parts of [1, 2, 3, 8]) {
        await context.store.delete(forecast);
        await ingestInParts(context, parts);
        await forecastInParts(context, parts, newestVersion(context));
        const joined = (await readAll(context, [forecast]))[forecast];
        expect(`${parts} parts: ${joined === whole}`).toBe(`${parts} parts: true`);
        const { scores } = await evaluateInParts(context, parts);
        const { backtest, scores: holdout } = evaluation;
        expect(Object.values(scores)).toEqual([...backtest.map((one) => one.scores), holdout]);
        // The same scores, and the same bytes of every part, where the blend was learnt from sums.
        const kept = await partsOf(context, parts);
        const { weights } = await blendInParts(context, parts);
        expect(Object.values(weights).at(-1)).toEqual(evaluation.blend!.weights);
        expect((await evaluateInParts(context, parts)).scores).toEqual(scores);
        expect(await partsOf(context, parts)).toEqual(kept);
      }
    });
  }

  it("name the part that is damaged, and what makes it again", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", series: 12, steps: 400 });
    await ingestInParts(context, 3);
    await featurizeInParts(context, 3);
    const { table } = partKeys("store-item", "featurize", { index: 1, of: 3 });
    const bytes = (await context.store.get(table))!;
    bytes[bytes.length >> 1]! ^= 1;
    await context.store.put(table, bytes);
    const damaged = joinFeatures(context, 3);
    await expect(damaged).rejects.toThrow(DatasetError);
    await expect(damaged).rejects.toThrow(/partition 2\/3 of featurize .*deno task featurize --partition 2\/3/);
    await featurizePart(context, { index: 1, of: 3 });
    expect((await joinFeatures(context, 3)).frame.height).toBeGreaterThan(0);
  });

  it("say which part, and which round of summaries, is missing", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", series: 12, steps: 400 });
    await ingestPart(context, { index: 0, of: 2 });
    await expect(indexPanel(context, 2)).rejects.toThrow("run `deno task ingest --partition 2/2` first");
    await ingestPart(context, { index: 1, of: 2 });
    await expect(featurizePart(context, { index: 0, of: 2 })).rejects.toThrow("merge --stage ingest --parts 2");
    await indexPanel(context, 2);
    const early = featurizePart(context, { index: 0, of: 2 });
    await expect(early).rejects.toThrow(MissingInputError);
    await expect(early).rejects.toThrow("summarize --for features --round 1 --partition 1/2");
  });

  it("do not mix parts of different data", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", series: 12, steps: 400 });
    const other = await work.context({ dataset: "store-item", series: 12, steps: 401 });
    await ingestPart(context, { index: 0, of: 2 });
    await ingestPart(other, { index: 1, of: 2 });
    await expect(indexPanel(context, 2)).rejects.toThrow(/must be of the same data: partition 2\/2/);
  });

  it("two that do the same part at the same time do no harm", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", series: 12, steps: 400 });
    const twice = async (run: () => Promise<unknown>) => await Promise.all([run(), run()]);
    await twice(() => ingestPart(context, { index: 0, of: 2 }));
    const { table } = partKeys("store-item", "ingest", { index: 0, of: 2 });
    const first = await context.store.get(table);
    await twice(() => ingestPart(context, { index: 0, of: 2 }));
    expect(await context.store.get(table)).toEqual(first);
    await twice(() => ingestInParts(context, 2));
    expect(await featurizeInParts(context, 2)).toBeGreaterThan(1);
  });
});
