import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { Panel } from "@/core/panel.ts";
import { expression } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { type LeakPrice, leakPrice } from "@/pipeline/leak_price.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

describe("leakPrice()", () => {
  let work: Workdir, context: Context, panel: Panel, price: LeakPrice;
  const feature = (name: string, steps: number) =>
    expression(name, pl.col("target").shift(steps).over("series").sub(pl.col("base")), {
      reads: ["target", "base"],
      reach: panel.profile.horizon,
    });
  let own: Feature, late: Feature;

  before(async () => {
    work = await workdir();
    context = await work.context();
    ({ panel } = await ingest(context));
    own = feature("sales_of_the_day_itself", 0);
    late = feature("sales_a_horizon_ago", panel.profile.horizon);
    price = await leakPrice(context, panel, own);
  });

  after(() => work[Symbol.asyncDispose]());

  it("shows that a feature which reads the answer looks best on paper and is worse at work", () => {
    expect(price.flattered).toBeLessThan(price.honest);
    expect(price.flattered).toBeLessThan(price.atWork);
    for (const error of Object.values(price)) expect(error).toBeGreaterThan(0);
  });

  it("charges nothing for a feature that tells the truth about its reach", async () => {
    const { flattered, atWork, honest, baseline } = await leakPrice(context, panel, late);
    expect(atWork).toBe(flattered);
    // What the other models score has nothing to do with the feature.
    expect([honest, baseline]).toEqual([price.honest, price.baseline]);
  });

  it("gives the same numbers again, and leaves the panel as it was", async () => {
    const sum = panel.frame.getColumn("y").sum(), columns = [...panel.frame.columns];
    expect(await leakPrice(context, panel, own)).toEqual(price);
    expect([panel.frame.getColumn("y").sum(), panel.frame.columns]).toEqual([sum, columns]);
  });

  it("has no price for the baseline, which reads no features", async () => {
    const { baseline, honest, flattered, atWork } = await leakPrice(context, panel, own, { learner: "seasonal_naive" });
    expect([honest, flattered, atWork]).toEqual([baseline, baseline, baseline]);
  });

  it("refuses a holdout that has no score: nothing was sold", async () => {
    const holdout = pl.col("ds").cast(pl.Utf8).gtEq(pl.lit("2000-01-01"));
    const unsold = panel.frame.withColumn(pl.when(holdout).then(pl.lit(0)).otherwise(pl.col("y")).alias("y"));
    await expect(leakPrice(context, { ...panel, frame: unsold }, own)).rejects.toThrow("undefined on this holdout");
  });
});
