import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import { DatasetError, MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { contestant } from "@/pipeline/models.ts";
import {
  fitKind,
  fitPooledPart,
  joinedKey,
  joinFit,
  joinFitShares,
  modelFolder,
  partKeys,
  tellFit,
} from "@/pipeline/partitions/mod.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { score } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import { windowFrame } from "@/pipeline/windows.ts";
import { featurizeInParts, fitInParts, ingestInParts } from "../support/partitioned.ts";
import { workdir } from "../support/workdir.ts";

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Fits a model on all rows before the holdout at once, and scores it there. */
async function fittedWhole(context: Context, model: string) {
  const { profile, choices, params } = context;
  const table = await featurize(context, (await ingest(context)).panel), { origin } = table;
  const rival = contestant(model, profile, choices, params);
  const { model: fitted } = await fitOnce(context, rival, rowsBefore(table, 0, choices), { origin, title: model });
  using whole = fitted;
  const ahead = rowsOfBlock(table, 0), window = { origin, from: origin, to: origin };
  const forecasts = windowFrame({ table, block: 0 }, window, ahead, { [model]: forecastSlice(whole, ahead, profile) });
  const column = (name: string) => numbers(forecasts, name);
  return {
    files: Object.fromEntries(Object.entries(whole.save()).map(([name, bytes]) => [name, base64(bytes)])),
    scores: score(column("y"), column(model), { weight: column("weight"), scale: column("scale") }),
  };
}

async function savedFiles({ store, profile }: Context, model: string, of: number) {
  const folder = `${modelFolder(profile.name, fitKind(model), of)}/`, files: [string, string][] = [];
  for await (const key of store.list(folder)) files.push([key.slice(folder.length), base64((await store.get(key))!)]);
  return Object.fromEntries(files);
}

describe("a fit from what parts tell", () => {
  const cases = [
    ["store-item", "factor_model", { series: 12, steps: 600 }],
    ["rossmann", "factor_model", { series: 9, steps: 430 }],
    ["walmart", "svd_growth", { series: 14, steps: 143 }],
  ] as const;
  for (const [dataset, model, size] of cases) {
    it(`of ${dataset}'s ${model} has the bytes of the fit on all rows, and its errors, for any number of parts`, async () => {
      await using work = await workdir();
      const context = await work.context({ dataset, ...size });
      const whole = await fittedWhole(context, model);
      expect(Object.keys(whole.files).length).toBeGreaterThan(0);
      const tables = new Set<string>();
      for (const  of of[1, 2, 3, 8]) {
        await ingestInParts(context, of, { whole: false });
        await featurizeInParts(context, of, { whole: false });
        const { scores } = await fitInParts(context, model, of);
        expect(await savedFiles(context, model, of)).toEqual(whole.files);
        expect(scores).toEqual(whole.scores);
        tables.add(base64((await context.store.get(joinedKey(dataset, `summarize-fit-${model}`, of, "parquet")))!));
      }
      expect(tables.size).toBe(1);
    });
  }

  it("names what is missing, what is damaged, and what is of other parameters", async () => {
    await using work = await workdir();
    const SIZE = { dataset: "store-item", series: 8, steps: 400 }, first = { index: 0, of: 2 }, model = "factor_model";
    const context = await work.context(SIZE);
    await ingestInParts(context, 2, { whole: false });
    await featurizeInParts(context, 2, { whole: false });
    const early = fitPooledPart(context, model, first);
    await expect(early).rejects.toThrow(MissingInputError);
    await expect(early).rejects.toThrow("merge --stage summarize --for fit --model factor_model --parts 2");
    await tellFit(context, model, first);
    await expect(joinFitShares(context, model, 2)).rejects.toThrow(
      "summarize --partition 2/2 --for fit --model factor_model",
    );
    await expect(tellFit(context, "lightgbm", first)).rejects.toThrow(ParamsError);
    await expect(tellFit(context, "lightgbm", first)).rejects.toThrow("factor_model, svd_growth");

    const { table } = partKeys(SIZE.dataset, "summarize-fit-factor_model", first);
    await tellFit(context, model, { index: 1, of: 2 });
    const bytes = (await context.store.get(table))!, broken = bytes.slice();
    broken[broken.length >> 1]! ^= 1;
    await context.store.put(table, broken);
    const damaged = joinFitShares(context, model, 2);
    await expect(damaged).rejects.toThrow(DatasetError);
    await expect(damaged).rejects.toThrow(/partition 1\/2 of .*deno task summarize --partition 1\/2 --for fit/);
    await tellFit(context, model, first);
    expect(await context.store.get(table)).toEqual(bytes);

    const other: Context = {
      ...context,
      choices: { ...context.choices, regressors: { ...context.choices.regressors, [model]: { passes: 2 } } },
    };
    await tellFit(other, model, first);
    await expect(joinFitShares(context, model, 2)).rejects.toThrow("must be of the same data and parameters");
    await tellFit(context, model, first);
    await joinFitShares(context, model, 2);
    await expect(fitPooledPart(other, model, first)).rejects.toThrow(MissingInputError);
    await fitPooledPart(context, model, first);
    await expect(joinFit(context, 2, fitKind(model))).rejects.toThrow("fit --partition 2/2 --model factor_model");
  });
});
