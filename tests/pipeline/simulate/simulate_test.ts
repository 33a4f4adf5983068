import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { take } from "@/pipeline/ingest.ts";
import { replayHistory, sampleSeries } from "@/pipeline/simulate/history.ts";
import { simulate, simulationKeys } from "@/pipeline/simulate/simulate.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps } from "@/pipeline/time.ts";
import { workdir } from "../../support/workdir.ts";

describe("simulate()", () => {
  it("replays weeks under every policy, and writes document and page", async () => {
    await using work = await workdir();
    const context = await work.context({ series: 6, steps: 420, horizon: 14 });
    const { panel } = await take(context), from = addSteps(panel.asOf, -42, "1d");
    const done = await simulate(context, { from, sample: 4 });
    expect(done).toMatchObject({ weeks: 6, series: 4, from, to: panel.asOf, model: "lightgbm" });
    expect(done.policies.map(({ policy }) => policy)).toEqual(["never", "monthly", "drift", "oracle"]);
    const [never, monthly, , oracle] = done.policies;
    expect(never!.weeks.map(({ age }) => age)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(monthly!.retrained).toBe(1);
    expect(Math.min(...done.policies.map(({ cost }) => cost.total))).toBeCloseTo(oracle!.cost.total, 6);
    // Every policy is judged on the same weeks: the sales are the same.
    const sales = done.policies.map(({ weeks }) => weeks.reduce((sum, { error }) => sum + error.sales, 0));
    expect(new Set(sales).size).toBe(1);
    expect(never!.wape).toBeLessThan(done.naive);
    expect(done.staleness[0]).toMatchObject({ age: 0, pairs: 8 });
    const keys = simulationKeys("rossmann");
    expect(JSON.parse(await work.read(keys.json)).policies.length).toBe(4);
    expect(await work.read(keys.page)).toContain("How stale may a model get?");
  });

  it("what a week sells changes nothing that was forecast for it", async () => {
    await using work = await workdir();
    const context = await work.context({ series: 3, steps: 300, horizon: 14 }), { panel } = await take(context);
    const options = { from: addSteps(panel.asOf, -14, "1d"), to: panel.asOf, model: "lightgbm", lead: 0 };
    const plain = await replayHistory(context, panel, options);
    const last = addSteps(panel.asOf, -7, "1d"), { frame } = panel;
    const days = frame.getColumn("ds").toArray() as unknown as Date[],
      y = frame.getColumn("y").toArray() as (number | null)[];
    const doubled = y.map((value, row) =>
      value !== null && days[row]!.toISOString().slice(0, 10) >= last ? 2 * value : value
    );
    const other = await replayHistory(context, {
      ...panel,
      frame: frame.withColumn(pl.Series("y", doubled, pl.Float64)),
    }, options);
    expect(other.errors[0]![0]).toEqual(plain.errors[0]![0]);
    // Forecast = sales − missed + surplus, summed: the same although sales doubled.
    for (const model of [0, 1]) {
      const total = ({ sales, under, over }: { sales: number; under: number; over: number }) => sales - under + over;
      expect(total(other.errors[model]![1]!)).toBeCloseTo(total(plain.errors[model]![1]!), 3);
      expect(other.errors[model]![1]!.sales).toBeCloseTo(2 * plain.errors[model]![1]!.sales, 3);
    }
  });

  it("refuses a stretch that history does not hold", async () => {
    await using work = await workdir();
    const context = await work.context({ series: 3, steps: 300, horizon: 14 });
    for (const from of ["2013-02-01", "2020-01-01"]) {
      await expect(simulate(context, { from })).rejects.toThrow("the history goes from 2013-01-01 to 2013-10-28");
    }
    await expect(simulate(context, { model: "ensemble" })).rejects.toThrow("Cannot replay ensemble");
  });

  it("takes some series evenly", async () => {
    await using work = await workdir();
    const { panel } = await take(await work.context({ series: 6, steps: 100, horizon: 14 }));
    expect(seriesOf(sampleSeries(panel, 3))).toEqual(["1", "3", "5"]);
    expect(sampleSeries(panel, 9)).toBe(panel);
  });
});
