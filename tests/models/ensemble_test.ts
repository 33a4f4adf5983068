import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Model, Regressor } from "@/core/regressor.ts";
import { metrics } from "@/evaluation/mod.ts";
import {
  blend,
  blendModels,
  blendWeights,
  ensemble,
  factorModel,
  groupMedian,
  lightgbm,
  relativeTarget,
  seasonalNaive,
} from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import golden from "../golden/models.json" with { type: "json" };
import { seasonalSample } from "../support/seasonal_sample.ts";

const members: Record<string, Regressor> = {
  seasonal_naive: seasonalNaive,
  factor_model: factorModel,
  lightgbm: relativeTarget(lightgbm, { transform: "log1p" }) as unknown as Regressor,
};

regressorContract(ensemble(members) as unknown as Regressor, {
  train: seasonalSample(),
  valid: seasonalSample({ from: 70, to: 84 }),
  params: {
    weights: { factor_model: 0.3, lightgbm: 0.6, seasonal_naive: 0.1 },
    params: {
      factor_model: { keys: [["series"], ["dept", "day_of_week"], ["promo"]] },
      lightgbm: { rounds: 20, min_data_in_leaf: 5 },
    },
    space: "log",
  },
});

/** A model that says the same everywhere, and counts how often it was disposed of. */
function constant(value: number, importance?: Record<string, number>) {
  const fate = { disposed: 0 };
  const model: Model = {
    kind: "constant",
    features: Object.keys(importance ?? { a: 1 }),
    predict: (x) => new Float64Array(x.rows).fill(value),
    save: () => ({ "value.txt": new TextEncoder().encode(String(value)) }),
    ...(importance ? { importance: () => importance } : {}),
    [Symbol.dispose]() {
      fate.disposed++;
    },
  };
  return { model, fate };
}

const oneRow = { names: ["a"], rows: 1, data: Float32Array.of(0), categorical: [] };

describe("ensemble()", () => {
  const sample = seasonalSample({ series: 2, to: 10 });
  const both = ensemble({ seasonal_naive: seasonalNaive, group_median: groupMedian });

  it("fits only members that count", async () => {
    const params = { ...both.defaults, weights: { seasonal_naive: 2, group_median: 0 } };
    using model = await both.fit(sample, params, { seed: 1 });
    expect(Object.keys(model.save())).toEqual(["seasonal_naive/model.json", "ensemble.json"]);
    using alone = await seasonalNaive.fit(sample, {}, { seed: 1 });
    expect([...model.predict(sample.x)]).toEqual([...alone.predict(sample.x)]);
  });
  it("refuses members that it does not have, and weights that count nobody", async () => {
    const fit = (weights: Record<string, number>) => both.fit(sample, { ...both.defaults, weights }, { seed: 1 });
    await expect(fit({ oracle: 1 })).rejects.toThrow('"oracle"');
    await expect(fit({ seasonal_naive: -1 })).rejects.toThrow("must be >= 0");
    await expect(fit({ seasonal_naive: 0 })).rejects.toThrow("a weight above 0");
  });
  it("disposes of the members already fitted when one cannot be", async () => {
    const { model, fate } = constant(1);
    const fitted: Regressor = { ...seasonalNaive, fit: () => Promise.resolve(model) } as unknown as Regressor;
    const failing: Regressor = { ...fitted, fit: () => Promise.reject(new Error("no luck")) };
    const pair = ensemble({ fitted, failing });
    await expect(pair.fit(sample, pair.defaults, { seed: 1 })).rejects.toThrow("no luck");
    expect(fate.disposed).toBe(1);
  });
  it("refuses to load a member that it does not know", async () => {
    using model = await both.fit(sample, both.defaults, { seed: 1 });
    await expect(ensemble({ seasonal_naive: seasonalNaive }).load(model.save())).rejects.toThrow(
      'member "group_median"',
    );
  });
});

describe("blendModels()", () => {
  it("scales weights to add up to 1", () => {
    const model = blendModels([["low", constant(10).model, 3], ["high", constant(30).model, 1]], { space: "plain" });
    expect(model.predict(oneRow)[0]).toBe(15);
  });
  it("multiplies the blend by its factor, and keeps the factor when saved", async () => {
    const model = blendModels([["low", constant(10).model, 1]], { space: "plain", factor: 0.9 });
    expect(model.predict(oneRow)[0]).toBe(9);
    const low: Regressor = {
      ...seasonalNaive,
      load: () => Promise.resolve(constant(10).model),
    } as unknown as Regressor;
    using loaded = await ensemble({ low }).load(model.save());
    expect(loaded.predict(oneRow)[0]).toBe(9);
  });
  it("takes its members over: disposing of it disposes of them", () => {
    const one = constant(1), other = constant(2);
    blendModels([["one", one.model, 1], ["other", other.model, 1]], { space: "plain" })[Symbol.dispose]();
    expect([one.fate.disposed, other.fate.disposed]).toEqual([1, 1]);
  });
  it("shares out importance over the members that know theirs", () => {
    const model = blendModels([
      ["a", constant(1, { price: 0.5, promo: 0.5 }).model, 0.2],
      ["b", constant(1, { promo: 1 }).model, 0.6],
      ["c", constant(1).model, 0.2],
    ], { space: "plain" });
    const { price, promo, a } = model.importance!() as { price: number; promo: number; a: number };
    expect([price, promo, a].map((share) => Number(share.toFixed(4)))).toEqual([0.125, 0.875, 0]);
    expect("importance" in blendModels([["c", constant(1).model, 1]], { space: "plain" })).toBe(false);
  });
});

describe("blend()", () => {
  const forecasts = fc.array(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  });

  it("lies between the lowest and the highest of its members", () => {
    fc.assert(fc.property(forecasts, fc.constantFrom("log", "plain"), (columns, space) => {
      const blended = blend(columns, columns.map(() => 1 / columns.length), space);
      blended.forEach((value, row) => {
        const said = columns.map((column) => column[row]!);
        expect(value).toBeGreaterThanOrEqual(Math.min(...said) * (1 - 1e-9) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...said) * (1 + 1e-9) + 1e-9);
      });
    }));
  });
  it("takes a negative forecast as zero on the log scale, and as it is on the plain one", () => {
    expect(blend([[-5], [3]], [0.5, 0.5], "log")[0]).toBeCloseTo(1, 12);
    expect(blend([[-5], [3]], [0.5, 0.5], "plain")[0]).toBe(-1);
  });
  it("refuses members and weights that do not fit", () => {
    expect(() => blend([[1], [1, 2]], [0.5, 0.5], "plain")).toThrow("members of 1, 2 rows");
    expect(() => blend([[1]], [0.5, 0.5], "plain")).toThrow("2 weights");
  });
});

describe("blendWeights()", () => {
  const { y, members: columns, best } = golden.blending;

  for (const { metric, space, weights, error } of best) {
    it(`comes within a thousandth of the error that scipy reaches: ${metric}, ${space}`, () => {
      const options = { metric: metrics[metric as "rmse"], space: space as "log", pull: 0 };
      const found = blendWeights(y, columns, options);
      expect(metrics[metric as "rmse"](y, blend(columns, found, options.space))! / error).toBeLessThan(1.001);
      weights.forEach((weight, k) => expect(Math.abs(found[k]! - weight)).toBeLessThan(0.05));
    });
  }
  it("gives weights that are not negative and add up to 1, the same each time", () => {
    const draws = fc.array(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 30, maxLength: 30 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(draws, fc.constantFrom("smape", "wmae", "rmspe", "bias"), (predictions, name) => {
        const options = { metric: metrics[name], minRows: 1 };
        const weights = blendWeights(y.slice(0, 30), predictions, options);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect([...blendWeights(y.slice(0, 30), predictions, options)]).toEqual([...weights]);
      }),
      { numRuns: 20 },
    );
  });
  it("never does worse on what it learnt from than equal weights", () => {
    for (const name of ["mae", "smape", "rmspe"] as const) {
      const weights = blendWeights(y, columns, { metric: metrics[name] });
      const error = (w: ArrayLike<number>) => metrics[name](y, blend(columns, w, "plain"))!;
      expect(error(weights)).toBeLessThan(error([0.25, 0.25, 0.25, 0.25]));
    }
  });
  it("gives members alike the same weight", () => {
    const weights = blendWeights(y, [columns[0]!, columns[0]!], { metric: metrics.rmse });
    expect([...weights]).toEqual([0.5, 0.5]);
  });
  it("counts members alike where there is too little to learn from", () => {
    expect([...blendWeights([1, 2], [[1, 2], [9, 9]], { metric: metrics.mae })]).toEqual([0.5, 0.5]);
    const closed = Array(200).fill(0);
    expect([...blendWeights(closed, [closed, closed], { metric: metrics.rmspe })]).toEqual([0.5, 0.5]);
  });
  it("lets every window count alike, however many rows it has", () => {
    const rows = Array.from({ length: 220 }, (_, i) => i);
    const window = rows.map((i) => i < 200 ? 0 : 1);
    const right = rows.map(() => 100);
    const goodInFirst = rows.map((i) => i < 200 ? 100 : 160), goodInSecond = rows.map((i) => i < 200 ? 130 : 100);
    const pooled = blendWeights(right, [goodInFirst, goodInSecond], { metric: metrics.mae, pull: 0 });
    const perWindow = blendWeights(right, [goodInFirst, goodInSecond], { metric: metrics.mae, pull: 0, window });
    expect([pooled[0], perWindow[0]]).toEqual([1, 0]);
  });
  it("passes weights on to the metric", () => {
    const heavy = y.map((_, i) => i < 100 ? 1 : 0);
    const early = y.map((sold, i) => i < 100 ? sold : 0), late = y.map((sold, i) => i < 100 ? 0 : sold);
    const weights = blendWeights(y, [early, late], { metric: metrics.wmae, weight: heavy, pull: 0 });
    expect([...weights]).toEqual([1, 0]);
  });
  it("refuses columns that do not fit", () => {
    expect(() => blendWeights([1, 2], [[1]], { metric: metrics.mae })).toThrow("y has 2 rows");
    expect(() => blendWeights([1, 2], [], { metric: metrics.mae })).toThrow("there must be members");
  });
});
