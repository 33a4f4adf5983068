import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DatasetError, ParamsError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { readJson, writeJson } from "@/pipeline/json_files.ts";
import { joinBlend, type PartCard, partKeys, readBlend, tellBlend } from "@/pipeline/partitions/mod.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { readTrained } from "@/pipeline/train.ts";
import { blendInParts } from "../support/partitioned.ts";
import { workdir } from "../support/workdir.ts";

describe("a blend from what parts tell", () => {
  it("is refused where sums cannot teach it, named where it is damaged, and not used for other params", async () => {
    await using work = await workdir();
    const models = ["seasonal_naive", "factor_model", "group_median", "ensemble"];
    const context = await work.context({ dataset: "store-item", series: 6, steps: 500, windows: 2, models });
    const withMembers = (members: readonly string[]): Context => ({
      ...context,
      choices: { ...context.choices, ensemble: { members, space: "log" } },
    } as Context);
    const two = withMembers(["factor_model", "group_median"]), of = 2, first = { index: 0, of };
    await pipeline(two);
    const { weights } = await blendInParts(two, of);
    expect(Object.keys(weights).length).toBe(3);
    expect((await readBlend(two, await readTrained(two), of))!.weights).toEqual(weights);
    const other = withMembers(["seasonal_naive", "group_median"]);
    expect(await readBlend(other, await readTrained(other), of)).toBeUndefined();

    const three = withMembers(["seasonal_naive", "factor_model", "group_median"]);
    await expect(tellBlend(three, first)).rejects.toThrow(ParamsError);
    await expect(tellBlend(three, first)).rejects.toThrow("it has 3 members");
    const squared = { ...two, profile: { ...two.profile, metric: "rmspe" } } as Context;
    await expect(tellBlend(squared, first)).rejects.toThrow("rests on a median");

    const { card: key } = partKeys("store-item", "summarize-evaluate-1", first);
    const card = await readJson<PartCard<{ run: string }>>(context.store, key, "summarize");
    await writeJson(context.store, key, { ...card, facts: { ...card.facts, run: "another" } });
    await expect(joinBlend(two, of)).rejects.toThrow(DatasetError);
    await expect(joinBlend(two, of)).rejects.toThrow("partition 2/2 is of");
    await context.store.put(key, "{");
    await expect(joinBlend(two, of)).rejects.toThrow(/damaged.*deno task summarize --partition 1\/2 --for evaluate/);
    await tellBlend(two, first);
    expect((await joinBlend(two, of)).weights).toEqual(weights);
  });
});
