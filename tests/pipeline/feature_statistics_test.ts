import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import {
  compareWeeks,
  logFeatureStatistics,
  readStatistics,
  STATISTICS_LOG,
  weekStatistics,
} from "@/pipeline/feature_statistics.ts";
import type { Context } from "@/pipeline/context.ts";
import { featurize, readFeatures } from "@/pipeline/featurize.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

describe("feature statistics", () => {
  let work: Workdir, context: Context;
  before(async () => {
    work = await workdir();
    context = await work.context({ series: 6, steps: 420, horizon: 14 });
    await featurize(context, (await ingest(context)).panel);
  });
  after(() => work[Symbol.asyncDispose]());

  it("say of a week what Polars says", async () => {
    const table = await readFeatures(context), { features } = weekStatistics(table, "2014-02-03", "now");
    const day = pl.col("ds").cast(pl.Utf8);
    const rows = table.frame.filter(day.gtEq(pl.lit("2014-02-03")).and(day.lt(pl.lit("2014-02-10"))));
    expect(Object.keys(features)).toEqual(["y", ...table.features.map(({ name }) => name)]);
    for (const name of ["y", "promo"]) {
      const values = rows.getColumn(name);
      expect(features[name]).toMatchObject({ rows: 42, missing: 0, min: values.min(), max: values.max() });
      expect(features[name]!.mean).toBeCloseTo(values.mean(), 3);
      const [std] = rows.select(pl.col(name).cast(pl.Float64).std()).row(0) as [number];
      expect(features[name]!.std).toBeCloseTo(std * Math.sqrt(41 / 42), 3);
    }
    expect(() => weekStatistics(table, "2020-01-01", "now")).toThrow("no features of it");
  });

  it("are logged week by week, and compared with the week before and the year before", async () => {
    expect((await logFeatureStatistics(context, "2013-02-19")).compared).toEqual([]);
    expect((await logFeatureStatistics(context, "2014-02-11")).compared).toEqual([]);
    const { statistics, compared, findings } = await logFeatureStatistics(context);
    expect([statistics.week, statistics.until]).toEqual(["2014-02-18", "2014-02-25"]);
    expect(compared).toEqual(["2014-02-11", "2013-02-19"]);
    expect(findings.length).toBeGreaterThan(50);
    // The days since the beginning move on by themselves.
    const time = findings.filter(({ column, check }) => column === "t" && check === "mean");
    expect(time.map(({ passed, slice }) => [passed, slice])).toEqual([
      [false, "against the week of 2014-02-11"],
      [false, "against the week of 2013-02-19"],
    ]);
    expect((await readStatistics(context)).map(({ week }) => week)).toEqual(["2013-02-19", "2014-02-11", "2014-02-18"]);
    expect((await work.read(STATISTICS_LOG)).trim().split("\n").length).toBe(3);
  });

  it("notice a feed that stops and a mean that moves, and nothing when nothing changed", async () => {
    const table = await readFeatures(context), plain = weekStatistics(table, "2014-02-03", "now");
    expect(compareWeeks(plain, plain).filter(({ passed }) => !passed)).toEqual([]);
    const changed = {
      ...table,
      frame: table.frame.withColumns(pl.col("y").mul(3).alias("y"), pl.lit(NaN).cast(pl.Float32).alias("promo")),
    };
    const moved = compareWeeks(weekStatistics(changed, "2014-02-03", "now"), plain).filter(({ passed }) => !passed);
    expect(moved.map(({ column, check }) => [column, check])).toEqual([["y", "mean"], ["promo", "missing values"]]);
  });
});
