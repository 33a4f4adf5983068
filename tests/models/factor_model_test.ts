import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Matrix } from "@/core/matrix.ts";
import { factorModel } from "@/models/mod.ts";
import { proportionalFit } from "@/models/math/proportional_fit.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import golden from "../golden/models.json" with { type: "json" };
import { seasonalSample } from "../support/seasonal_sample.ts";

regressorContract(factorModel, {
  train: seasonalSample(),
  valid: seasonalSample({ from: 70, to: 84 }),
  params: { keys: [["series"], ["dept", "day_of_week"], ["promo"]] },
});

/** A matrix of columns given by name. */
function matrix(columns: Readonly<Record<string, readonly number[]>>): Matrix {
  const names = Object.keys(columns);
  return {
    names,
    rows: columns[names[0]!]!.length,
    data: Float32Array.from(Object.values(columns).flat()),
    categorical: [],
  };
}

const fit = (
  columns: Readonly<Record<string, readonly number[]>>,
  y: readonly number[],
  params = {},
  weight?: number[],
) =>
  factorModel.fit(
    { x: matrix(columns), y: Float32Array.from(y), ...(weight ? { weight: Float32Array.from(weight) } : {}) },
    { ...factorModel.defaults, keys: Object.keys(columns).map((name) => [name]), passes: 50, ...params },
    { seed: 1 },
  );

describe("factorModel", () => {
  it("climbs to the Poisson regression that scikit-learn fits, with weights too", async () => {
    for (const { store, weekday, year, y, weight, fitted } of golden.factors) {
      using model = await fit({ store, weekday, year }, y, { passes: 100 }, weight);
      const found = model.predict(matrix({ store, weekday, year }));
      fitted.forEach((value, row) => expect(Math.abs(found[row]! / value - 1)).toBeLessThan(1e-7));
    }
  });
  it("meets every group's total: that is what the fit is for", async () => {
    const { store, weekday, year, y } = golden.factors[0]!;
    using model = await fit({ store, weekday, year }, y, { passes: 100 });
    const found = model.predict(matrix({ store, weekday, year }));
    const total = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, v, row) => sum + (store[row] === 2 ? v : 0), 0);
    expect(total(found)).toBeCloseTo(total(y), 6);
  });
  it("stays below twice the best day ever where two large factors meet for the first time", async () => {
    const columns = { store: [1, 1, 1, 2, 2], week: [1, 2, 3, 1, 2] };
    using model = await fit(columns, [1, 1, 50, 50, 50]);
    // By the factors alone it would be 2,500: store 2 sells fifty times store 1, week 3 fifty times the others.
    expect(model.predict(matrix({ store: [2], week: [3] }))[0]).toBe(100);
  });
  it("takes a level that training never saw as average", async () => {
    using model = await fit({ store: [1, 1, 2, 2], weekday: [1, 2, 1, 2] }, [10, 30, 20, 60]);
    const found = model.predict(matrix({ store: [1, 9, 9], weekday: [9, 1, 9] }));
    expect(found[0]).toBeCloseTo(20);
    expect(found[1]).toBeCloseTo(15);
    expect(found[2]).toBeCloseTo(30);
  });
  it("takes a row without a key as average in that key, in training too", async () => {
    using model = await fit({ store: [1, 2, NaN] }, [10, 30, 20]);
    const found = model.predict(matrix({ store: [NaN, 1] }));
    expect(found[0]).toBeCloseTo(20);
    expect(found[1]).toBeCloseTo(10);
  });
  it("forecasts nothing for a group that sold nothing, and does not stumble over it", async () => {
    using model = await fit({ store: [1, 1, 2, 2], weekday: [1, 2, 1, 2] }, [0, 0, 20, 60]);
    expect([...model.predict(matrix({ store: [1, 2], weekday: [1, 1] }))].map((v) => Number(v.toFixed(6)))).toEqual([
      0,
      20,
    ]);
    using closed = await fit({ store: [1, 2] }, [0, 0]);
    expect([...closed.predict(matrix({ store: [1, 7] }))]).toEqual([0, 0]);
  });
  it("counts rows by their weight, and not at all where it is zero", async () => {
    using model = await fit({ store: [1, 1, 1] }, [10, 20, 1000], {}, [3, 1, 0]);
    expect(model.predict(matrix({ store: [1] }))[0]).toBeCloseTo(12.5);
  });
  it("goes on growing in a year that training did not see, and stays where it began before the first", async () => {
    using model = await fit({ store: [1, 1, 1], year: [2013, 2014, 2015] }, [100, 110, 121]);
    const found = model.predict(matrix({ store: [1, 1, 1, 1], year: [2015, 2016, 2018, 2012] }));
    [121, 133.1, 121 * 1.1 ** 3, 100].forEach((value, row) => expect(found[row]!).toBeCloseTo(value, 4));
  });
  it("does not let a year of ten times the sales go on like that", async () => {
    using model = await fit({ year: [2014, 2015] }, [10, 100]);
    expect(model.predict(matrix({ year: [2016] }))[0]).toBeCloseTo(125);
  });
  it("takes an unseen year as average when no key is the trend", async () => {
    using model = await fit({ year: [2014, 2015] }, [10, 20], { trend: "" });
    expect(model.predict(matrix({ year: [2016] }))[0]).toBeCloseTo(15);
  });
  it("treats levels with too few rows as average", async () => {
    using model = await fit({ store: [1, 1, 2] }, [10, 10, 40], { min: 2 });
    const found = model.predict(matrix({ store: [1, 2] }));
    expect(found[0]).toBeCloseTo(10);
    expect(found[1]).toBeGreaterThan(9);
    expect(found[1]).toBeLessThan(25);
  });
  it("names the column that a key asks for in vain", async () => {
    await expect(fit({ store: [1] }, [1], { keys: [["item"]] })).rejects.toThrow('column "item"');
  });
});

describe("proportionalFit()", () => {
  it("gives factors whose mean over the rows is 1", () => {
    const store = { codes: Int32Array.of(0, 0, 0, 1), count: 2 };
    const { level, factors: [factor] } = proportionalFit([10, 20, 30, 100], [store]);
    expect((3 * factor![0]! + factor![1]!) / 4).toBeCloseTo(1, 12);
    expect(level).toBeCloseTo(40, 12);
  });
  it("has nothing to say about no rows", () => {
    const { level, factors } = proportionalFit([], [{ codes: new Int32Array(), count: 0 }]);
    expect([level, factors[0]!.length]).toEqual([0, 0]);
  });
});
