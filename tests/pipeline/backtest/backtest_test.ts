import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { ParamsError } from "@/core/errors.ts";
import { backtest } from "@/pipeline/backtest/backtest.ts";
import { planProtocol, teachersOf } from "@/pipeline/backtest/plan.ts";
import { take } from "@/pipeline/ingest.ts";
import { protocolSummary } from "../../../tasks/support/protocol_summary.ts";
import { type Workdir, workdir } from "../../support/workdir.ts";

const FEW = { models: ["seasonal_naive", "group_median", "lightgbm", "xgboost", "ensemble"] };

async function cached(work: Workdir): Promise<Map<string, number>> {
  const folder = `${work.path}/work/data/backtest/rossmann`;
  const files = await Array.fromAsync(Deno.readDir(folder));
  return new Map(files.map(({ name }) => [name, Deno.statSync(`${folder}/${name}`).mtime!.getTime()]));
}

describe("backtest()", () => {
  it("scores every model at every origin with every seed, beside the naive and the best simple one", async () => {
    await using work = await workdir();
    const context = await work.context(FEW);
    const record = await backtest(context, { origins: 2, seeds: 2 });
    expect(record.origins).toHaveLength(2);
    expect(record.seeds).toEqual([1, 2]);
    expect([record.baseline, record.simple]).toEqual(["seasonal_naive", "group_median"]);
    expect(record.models.map(({ model }) => model).toSorted()).toEqual(FEW.models.toSorted());
    const of = (name: string) => record.models.find(({ model }) => model === name)!;
    const windows = [...record.origins, record.holdout!.origin];
    expect(Object.keys(of("lightgbm").scores)).toEqual(windows);
    expect(Object.values(of("lightgbm").scores).map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(Object.values(of("seasonal_naive").scores).map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(of("lightgbm").seedSpread).toBeGreaterThan(0);
    expect(record.models.map(({ rolling }) => rolling!.mean)).toEqual(
      record.models.map(({ rolling }) => rolling!.mean).toSorted((a, b) => a - b),
    );
    // Intervals of the champion: each origin judged by what windows before it taught, beside naive ones.
    const { model, levels, byOrigin, holdout } = record.intervals!;
    expect(model).toBe(record.champion);
    expect(levels.map(({ level }) => level)).toEqual([50, 80, 95]);
    expect(levels.map(({ held }) => held)).toEqual(levels.map(({ held }) => held).toSorted((a, b) => a - b));
    expect(record.origins).toEqual(expect.arrayContaining(Object.keys(byOrigin)));
    expect(holdout).toBeGreaterThan(0);
    expect(protocolSummary(record)).toContain("naive Winkler");
    // The rows that carry most of the error, over the rolling origins.
    const { heaviest } = record;
    expect(Object.keys(heaviest!.byOrigin).toSorted()).toEqual([...record.origins].toSorted());
    expect(heaviest!.score).toBeCloseTo(
      of(record.champion).scores[record.origins[0]!]![0]! / 2 +
        of(record.champion).scores[record.origins[1]!]![0]! / 2,
      6,
    );
    expect(heaviest!.without).toBeLessThan(heaviest!.score);
    expect(heaviest!.rows[0]!.carried).toBeGreaterThan(0.005);
    expect(JSON.parse(await work.read("reports/rossmann/backtest.json"))).toEqual(JSON.parse(JSON.stringify(record)));
  });

  it("goes on where it was stopped, and makes nothing twice", async () => {
    await using work = await workdir();
    const stop = new AbortController();
    const context = await work.context(FEW);
    let fits = 0;
    const progress = () => ({ update: () => void (++fits === 5 && stop.abort(new Error("killed"))), end() {} });
    const options = { origins: 1, seeds: 1 };
    await expect(backtest({ ...context, progress, signal: stop.signal }, options)).rejects.toThrow("killed");
    const before = await cached(work);
    expect([...before.keys()].filter((name) => name.endsWith(".f64"))).toHaveLength(5);
    const resumed = await backtest(context, options);
    const after = await cached(work);
    for (const [name, time] of before) expect([name, after.get(name)]).toEqual([name, time]);
    const again = await backtest(context, options);
    expect(again).toEqual(resumed);
    expect(await cached(work)).toEqual(after);
  });

  it("makes anew only what a change of parameters concerns", async () => {
    await using work = await workdir();
    const context = await work.context(FEW);
    await backtest(context, { origins: 1, seeds: 1 });
    const before = await cached(work);
    const { choices } = context;
    const lightgbm = { ...choices.regressors["lightgbm"], rounds: 7 };
    const changed = { ...context, choices: { ...choices, regressors: { ...choices.regressors, lightgbm } } };
    const record = await backtest(changed, { origins: 1, seeds: 1 });
    const windows = Object.keys(record.models[0]!.scores).length, after = await cached(work);
    expect(after.size - before.size).toBeGreaterThanOrEqual(windows);
    expect([...before.keys()].every((name) => after.get(name) === before.get(name))).toBe(true);
  });

  it("gives counts a noise floor, which no honest model is far below", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "store-item", models: ["seasonal_naive", "factor_model"] });
    const { noiseFloor, models, holdout } = await backtest(context, { origins: 1, seeds: 1 });
    const factor = models.find(({ model }) => model === "factor_model")!;
    const floor = noiseFloor![holdout!.origin]!;
    expect(floor).toBeGreaterThan(0);
    expect(factor.holdout!).toBeGreaterThan(0.97 * floor);
  });
});

describe("planProtocol()", () => {
  it("takes dates, and adds earlier windows that only teach the blend", async () => {
    await using work = await workdir();
    const { panel } = await take(await work.context());
    const counted = planProtocol(panel, 1, 3);
    const dates = [counted.rolling[0]!.origin, counted.holdout.origin];
    const plan = planProtocol(panel, dates, 2);
    expect(plan.rolling.map(({ origin }) => origin)).toEqual([dates[0]]);
    expect(plan.withHoldout).toBe(true);
    expect(plan.teachers.every(({ to }) => to < dates[0]!)).toBe(true);
    expect(plan.teachers).toHaveLength(2);
  });

  it("gives every origin of a short history a window before it that teaches its intervals, and no blend", async () => {
    await using work = await workdir();
    const { panel } = await take(await work.context({ dataset: "walmart" }));
    const { rolling, teachers, forerunners } = planProtocol(panel, 6, 3);
    expect(rolling).toHaveLength(6);
    expect(teachers).toEqual([]);
    expect(forerunners.length).toBeGreaterThan(0);
    for (const { origin } of rolling) {
      expect([...forerunners, ...rolling].some(({ to }) => to < origin)).toBe(true);
      expect(teachersOf(origin, rolling, 3).every(({ to }) => to < origin)).toBe(true);
    }
    const [first] = panel.frame.select(pl.col("ds").min().cast(pl.Utf8)).row(0) as [string];
    const year = Temporal.PlainDate.from(first).add({ weeks: panel.profile.seasonLength }).toString();
    expect(forerunners.every(({ origin }) => origin >= year)).toBe(true);
  });

  it("lets only windows teach that had ended by the origin", () => {
    const windows = ["2015-01-01", "2015-01-20", "2015-03-01"].map((origin, k) => ({
      origin,
      from: origin,
      to: ["2015-01-31", "2015-02-20", "2015-03-31"][k]!,
    }));
    expect(teachersOf("2015-02-01", windows, 3).map(({ origin }) => origin)).toEqual(["2015-01-01"]);
    expect(teachersOf("2015-05-01", windows, 2).map(({ origin }) => origin)).toEqual(["2015-01-20", "2015-03-01"]);
    expect(teachersOf("2015-05-01", windows, 0)).toEqual([]);
  });

  it("refuses an origin that leaves nothing to learn from or to score, and one that is no date", async () => {
    await using work = await workdir();
    const { panel } = await take(await work.context());
    expect(() => planProtocol(panel, ["1999-01-01"], 3)).toThrow(ParamsError);
    expect(() => planProtocol(panel, [panel.asOf], 3)).toThrow("a horizon to score");
    expect(() => planProtocol(panel, ["soon"], 3)).toThrow("a date YYYY-MM-DD");
  });
});
