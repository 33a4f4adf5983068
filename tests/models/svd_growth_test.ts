import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Matrix, Sample } from "@/core/matrix.ts";
import { lowRank } from "@/models/math/low_rank.ts";
import { svdGrowth, type SvdGrowthParams } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import golden from "../golden/models.json" with { type: "json" };
import { seasonalSample } from "../support/seasonal_sample.ts";

const QUICK = { season: 7, recent: 7, rank: 2, before: 0, after: 0 };

regressorContract(svdGrowth, {
  train: seasonalSample({ lateStart: 68 }),
  valid: seasonalSample({ from: 70, to: 84 }),
  params: { ...QUICK, group: "dept" },
});

/** Rows `[series, t, dept, y]` as a sample; y may be left out to predict on. */
function sample(...rows: readonly (readonly [series: number, t: number, dept: number, y?: number])[]): Sample {
  const data = Float32Array.from([0, 1, 2].flatMap((k) => rows.map((row) => row[k]!)));
  const x: Matrix = { names: ["series", "t", "dept"], rows: rows.length, data, categorical: [] };
  return { x, y: Float32Array.from(rows, (row) => row[3] ?? 0) };
}

/** A series with the given values from step `from` on. */
function series(code: number, dept: number, values: readonly number[], from = 0) {
  return values.map((y, k) => [code, from + k, dept, y] as const);
}

const fit = (train: Sample, params: Partial<SvdGrowthParams> = {}) =>
  svdGrowth.fit(train, { ...svdGrowth.defaults, season: 4, recent: 4, before: 0, after: 0, group: "dept", ...params }, {
    seed: 1,
  });

describe("svdGrowth", () => {
  const year = [10, 20, 30, 40];

  it("says last year times growth, and the growth again for each year further on", async () => {
    using model = await fit(sample(...series(0, 1, [...year, ...year.map((v) => 1.5 * v)])), { shrink: 1 });
    const found = model.predict(sample([0, 8, 1], [0, 11, 1], [0, 12, 1], [0, 19, 1]).x);
    [15 * 1.5, 60 * 1.5, 15 * 1.5 ** 2, 60 * 1.5 ** 3].forEach((value, row) =>
      expect(found[row]!).toBeCloseTo(value, 4)
    );
  });
  it("takes a share of the steps around the one a season ago, where there are any", async () => {
    using model = await fit(sample(...series(0, 1, [...year, ...year])), { before: 0.2, after: 0.1, shrink: 0 });
    const found = model.predict(sample([0, 8, 1], [0, 11, 1]).x);
    expect(found[0]).toBeCloseTo(0.7 * 10 + 0.2 * 40 + 0.1 * 20, 4);
    expect(found[1]).toBeCloseTo(0.7 * 40 + 0.2 * 30 + 0.1 * 40, 4);
  });
  describe("with holidays", () => {
    /** Two years of one shop, with day of the year and a holiday in step 2 of each year. */
    const rows = (steps: readonly number[], day = (_step: number) => 100): Matrix => ({
      names: ["series", "t", "dept", "is_holiday", "day_of_year"],
      rows: steps.length,
      data: Float32Array.from([
        ...steps.map(() => 0),
        ...steps,
        ...steps.map(() => 1),
        ...steps.map((step) => step % 4 === 2 ? 1 : 0),
        ...steps.map(day),
      ]),
      categorical: [],
    });
    const known = Array.from({ length: 8 }, (_, step) => step);
    const fitted = (day?: (step: number) => number) =>
      svdGrowth.fit({ x: rows(known, day), y: Float32Array.from([...year, ...year]) }, {
        ...svdGrowth.defaults,
        ...{ season: 4, recent: 4, shrink: 0, before: 0.2, after: 0.1, group: "dept", event: "is_holiday" },
      }, { seed: 1 });

    it("keeps a holiday's sales in its own week, and out of its neighbours'", async () => {
      using model = await fitted();
      const [plain, before, holiday, after] = model.predict(rows([8, 9, 10, 11]));
      expect(holiday).toBeCloseTo(30, 4);
      expect(before).toBeCloseTo(0.8 * 20 + 0.2 * 10, 4);
      expect(after).toBeCloseTo(0.9 * 40 + 0.1 * 40, 4);
      expect(plain).toBeCloseTo(0.7 * 10 + 0.2 * 40 + 0.1 * 20, 4);
    });

    it("lets holidays around New Year move with the date", async () => {
      using model = await fitted(() => 364);
      expect(model.predict(rows([10], () => 364))[0]).toBeCloseTo(0.7 * 30 + 0.2 * 20 + 0.1 * 40, 4);
    });
  });
  it("lets growth fade with the steps ahead", async () => {
    const grown = sample(...series(0, 1, [...year, ...year.map((v) => 1.5 * v)]));
    using model = await fit(grown, { shrink: 1, fade: 0.5 });
    const found = model.predict(sample([0, 8, 1], [0, 9, 1]).x);
    expect(found[0]).toBeCloseTo(15 * 1.5 ** 0.5, 4);
    expect(found[1]).toBeCloseTo(30 * 1.5 ** 0.25, 4);
  });
  it("takes a share of last year as it was", async () => {
    const shops = Array.from({ length: 12 }, (_, shop) => {
      const values = [...year, ...year].map((v) => v * (shop + 5));
      if (shop === 3) values[5] = 3 * values[5]!;
      return series(shop, 1, values);
    }).flat();
    const forecast = async (raw: number) => {
      using model = await fit(sample(...shops), { rank: 1, shrink: 0, raw });
      return model.predict(sample([3, 9, 1]).x)[0]!;
    };
    expect(await forecast(1)).toBeCloseTo(480, 3);
    expect(await forecast(0.5)).toBeCloseTo((await forecast(0) + 480) / 2, 3);
  });
  it("damps growth, and keeps it within limits", async () => {
    const grown = sample(...series(0, 1, [...year, ...year.map((v) => 9 * v)]));
    using damped = await fit(grown, { shrink: 0.5 });
    expect(damped.predict(sample([0, 8, 1]).x)[0]).toBeCloseTo(90 * Math.sqrt(2), 3);
    using still = await fit(grown, { shrink: 0 });
    expect(still.predict(sample([0, 8, 1]).x)[0]).toBeCloseTo(90, 3);
  });
  it("takes one shop's accident out, and leaves what the department does together", async () => {
    const shops = Array.from({ length: 12 }, (_, shop) => {
      const values = [...year, ...year].map((v) => v * (shop + 5));
      if (shop === 3) values[5] = 3 * values[5]!;
      return series(shop, 1, values);
    }).flat();
    using smooth = await fit(sample(...shops), { rank: 1, shrink: 0 });
    using raw = await fit(sample(...shops), { rank: 8, shrink: 0 });
    const next = sample([3, 9, 1]).x;
    expect(raw.predict(next)[0]).toBeCloseTo(480, 3);
    expect(Math.abs(smooth.predict(next)[0]! - 160)).toBeLessThan(100);
    expect(smooth.predict(sample([5, 8, 1]).x)[0]! / 100).toBeCloseTo(1, 0);
  });
  it("smooths departments apart from each other", async () => {
    const one = series(0, 1, [1, 2, 3, 4, 1, 2, 3, 4]), other = series(1, 2, [40, 10, 20, 30, 40, 10, 20, 30]);
    using together = await fit(sample(...one, ...other), { group: "", rank: 1, shrink: 0 });
    using apart = await fit(sample(...one, ...other), { rank: 1, shrink: 0 });
    const next = sample([0, 8, 1], [0, 9, 1]).x;
    expect([...apart.predict(next)].map((v) => v.toFixed(4))).toEqual(["1.0000", "2.0000"]);
    expect(together.predict(next)[0]!).toBeGreaterThan(1.5);
  });
  it("says the mean of the newest steps for a series too young for a last year", async () => {
    const rows = [...series(0, 1, [...year, ...year]), ...series(1, 1, [7, 9], 6)];
    using model = await fit(sample(...rows));
    expect(model.predict(sample([1, 8, 1], [1, 9, 1]).x)[0]).toBe(8);
  });
  it("says the mean of all steps for a series that has stopped", async () => {
    const rows = [...series(0, 1, [...year, ...year]), ...series(1, 1, [6, 8], 0)];
    using model = await fit(sample(...rows), { recent: 2 });
    expect(model.predict(sample([1, 10, 1]).x)[0]).toBe(7);
  });
  it("says the department's median for a series never seen, and 0 for a department never seen", async () => {
    const rows = [1, 5, 9].flatMap((level, code) => series(code, 1, Array(8).fill(level)));
    using model = await fit(sample(...rows));
    expect([...model.predict(sample([77, 8, 1], [78, 8, 2], [79, 8, NaN]).x)]).toEqual([5, 0, 0]);
  });
  it("keeps returns below zero", async () => {
    using model = await fit(sample(...series(0, 1, [-5, 20, 30, 40, -5, 20, 30, 40])), { rank: 4 });
    expect(model.predict(sample([0, 8, 1]).x)[0]).toBeCloseTo(-5, 4);
  });
  it("refuses a smoothed history that was cut off", async () => {
    using model = await fit(sample(...series(0, 1, [...year, ...year])));
    const files = model.save();
    const cut = { ...files, "smooth.f32": files["smooth.f32"]!.slice(4) };
    await expect(svdGrowth.load(cut)).rejects.toThrow("must have 32 bytes: it has 28");
    await expect(svdGrowth.load({ "model.json": files["model.json"]! })).rejects.toThrow("is missing");
  });
});

describe("lowRank()", () => {
  for (const { rows, columns, rank, a, smooth } of golden.smoothing) {
    it(`agrees with numpy's singular value decomposition: ${rows} × ${columns} at rank ${rank}`, () => {
      const found = lowRank(Float64Array.from(a), { rows, columns, rank });
      smooth.forEach((value, at) => expect(found[at]!).toBeCloseTo(value, 8));
    });
  }
  it("gives the table back at full rank, without touching the one it was given", () => {
    const a = Float64Array.of(1, 2, 3, 4);
    const same = lowRank(a, { rows: 2, columns: 2, rank: 2 });
    expect([...same]).toEqual([1, 2, 3, 4]);
    expect(same).not.toBe(a);
  });
  it("smooths a table of zeros to zeros", () => {
    expect([...lowRank(new Float64Array(6), { rows: 2, columns: 3, rank: 1 })]).toEqual([0, 0, 0, 0, 0, 0]);
  });
  it("refuses sizes that do not fit", () => {
    expect(() => lowRank(new Float64Array(5), { rows: 2, columns: 3, rank: 1 })).toThrow("it has 5 values");
  });
});
