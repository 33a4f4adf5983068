import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { column, type Matrix, type Sample } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { factorModel, lightgbm, relativeTarget } from "@/models/mod.ts";
import { submatrix } from "@/models/submatrix.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { seasonalSample } from "../support/seasonal_sample.ts";

for (const transform of ["log1p", "identity"] as const) {
  regressorContract(relativeTarget(lightgbm, { transform }) as unknown as Regressor, {
    train: seasonalSample({ transform }),
    valid: seasonalSample({ transform, from: 70, to: 84 }),
    params: { rounds: 40, min_data_in_leaf: 5 },
    iterative: true,
  });
}

/** A learner that remembers what it was given, and answers with the same value everywhere. */
function recorder(answer: number) {
  const seen: { train?: Sample; valid?: Sample } = {};
  const model: Model = {
    kind: "recorder",
    features: ["a"],
    predict: (x) => new Float64Array(x.rows).fill(answer),
    save: () => ({ "a.txt": new Uint8Array([1]) }),
    importance: () => ({ a: 1 }),
    [Symbol.dispose]() {},
  };
  const regressor: Regressor = {
    kind: "recorder",
    defaults: {},
    schema: { type: "object", properties: {}, additionalProperties: false },
    fit(train, _params, { valid }) {
      Object.assign(seen, { train, ...(valid ? { valid } : {}) });
      return Promise.resolve(model);
    },
    load: () => Promise.resolve(model),
  };
  return { regressor, seen };
}

/** Columns a, key and base. */
function matrix(a: number[], base: number[]): Matrix {
  return {
    names: ["a", "series", "base"],
    rows: a.length,
    data: Float32Array.from([...a, ...a, ...base]),
    categorical: ["series"],
  };
}

describe("relativeTarget()", () => {
  it("has the learner fit log ratios, and gives units back", async () => {
    const { regressor, seen } = recorder(0.5);
    const logs = relativeTarget(regressor, { transform: "log1p" });
    const x = matrix([1, 2, 3], [Math.log1p(9), NaN, 2]);
    using model = await logs.fit({ x, y: Float32Array.of(19, 5, Math.expm1(1)) }, logs.defaults, { seed: 1 });
    expect([...seen.train!.y].map((z) => Number(z.toFixed(5)))).toEqual([Number(Math.log(2).toFixed(5)), -1]);
    expect(seen.train!.weight).toBe(undefined);
    const found = model.predict(x);
    expect(found[0]).toBeCloseTo(10 * Math.exp(0.5) - 1, 4);
    expect(found[1]).toBeCloseTo(Math.expm1(2), 6);
  });
  it("has the learner fit ratios that weigh as much as their base, and gives units back", async () => {
    const { regressor, seen } = recorder(2);
    const ratios = relativeTarget(regressor, { transform: "identity" });
    const x = matrix([1, 2, 3, 4, 5], [10, 30, 0.5, NaN, 20]);
    const train = { x, y: Float32Array.of(5, 60, 7, 7, 900), weight: Float32Array.of(1, 1, 1, 1, 5) };
    using model = await ratios.fit(train, ratios.defaults, { seed: 1 });
    expect([...seen.train!.y]).toEqual([0.5, 2, 12]);
    const mean = (10 + 30 + 100) / 3;
    [10, 30, 100].forEach((weight, row) => expect(seen.train!.weight![row]!).toBeCloseTo(weight / mean, 5));
    expect([...model.predict(x)]).toEqual([20, 60, 0.5, 0, 40]);
  });
  it("hides the columns that name the row from the learner", async () => {
    const { regressor, seen } = recorder(0);
    const logs = relativeTarget(regressor, { transform: "log1p" });
    await logs.fit({ x: matrix([1], [1]), y: Float32Array.of(1) }, logs.defaults, { seed: 1 });
    expect(seen.train!.x.names).toEqual(["a"]);
    expect(seen.train!.x.categorical).toEqual([]);
    await logs.fit({ x: matrix([1], [1]), y: Float32Array.of(1) }, { ...logs.defaults, exclude: ["a"] }, { seed: 1 });
    expect(seen.train!.x.names).toEqual(["series", "base"]);
  });
  it("tells the validation sample as it told the training sample", async () => {
    const { regressor, seen } = recorder(0);
    const ratios = relativeTarget(regressor, { transform: "identity" });
    const train = { x: matrix([1], [10]), y: Float32Array.of(5) };
    const valid = { x: matrix([1, 2], [NaN, 40]), y: Float32Array.of(5, 10) };
    await ratios.fit(train, ratios.defaults, { seed: 1, valid });
    expect([[...seen.valid!.y], [...seen.valid!.weight!]]).toEqual([[0.25], [4]]);
  });
  it("never forecasts below zero on the log scale, nor anything that is not finite", async () => {
    const { regressor } = recorder(-50);
    const logs = relativeTarget(regressor, { transform: "log1p" });
    const x = matrix([1, 2], [3, NaN]);
    using model = await logs.fit({ x, y: Float32Array.of(1, 1) }, logs.defaults, { seed: 1 });
    expect([...model.predict(x)]).toEqual([0, Math.max(0, Math.expm1(3))]);
  });
  it("refuses a sample where no row has a base", async () => {
    const ratios = relativeTarget(recorder(0).regressor, { transform: "identity" });
    const train = { x: matrix([1, 2], [0.5, NaN]), y: Float32Array.of(1, 1) };
    await expect(ratios.fit(train, ratios.defaults, { seed: 1 })).rejects.toThrow("a base above 1: none of 2 rows has");
  });
  it("keeps the learner's kind, files, importance and needs", async () => {
    const logs = relativeTarget({ ...recorder(0).regressor, needs: ["a"] }, { transform: "log1p" });
    using model = await logs.fit({ x: matrix([1], [1]), y: Float32Array.of(1) }, logs.defaults, { seed: 1 });
    expect([logs.kind, model.kind, logs.needs]).toEqual(["recorder", "recorder", ["base", "a"]]);
    expect(Object.keys(model.save())).toEqual(["a.txt", "relative_target.json"]);
    expect(model.importance!()).toEqual({ base: 0, a: 1 });
    expect("contributions" in model).toBe(false);
  });
  it("makes a plain learner better on shops of different size", async () => {
    const train = seasonalSample(), valid = seasonalSample({ from: 70, to: 84 });
    const logs = relativeTarget(factorModel, { transform: "identity" });
    const ratioTrain = seasonalSample({ transform: "identity" });
    const params = { keys: [["dept", "day_of_week"], ["promo"]] };
    using plain = await factorModel.fit(train, { ...factorModel.defaults, ...params }, { seed: 1 });
    using relative = await logs.fit(ratioTrain, { ...logs.defaults, ...params }, { seed: 1 });
    const error = (found: Float64Array) => found.reduce((sum, p, row) => sum + Math.abs(p - valid.y[row]!), 0);
    const ratioValid = seasonalSample({ transform: "identity", from: 70, to: 84 });
    expect(error(relative.predict(ratioValid.x))).toBeLessThan(0.5 * error(plain.predict(valid.x)));
  });
});

describe("submatrix()", () => {
  const x = { names: ["a", "b", "c"], rows: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6), categorical: ["b"] };

  it("is a view where the columns that stay stand side by side", () => {
    expect(submatrix(x, ["c"]).data.buffer).toBe(x.data.buffer);
    expect(submatrix(x, ["a", "z"]).names).toEqual(["b", "c"]);
    expect([...column(submatrix(x, ["a"]), "c")]).toEqual([5, 6]);
  });
  it("is a copy otherwise", () => {
    const outer = submatrix(x, ["b"]);
    expect([outer.names, [...outer.data], outer.categorical]).toEqual([["a", "c"], [1, 2, 5, 6], []]);
    expect([...submatrix(x, [], Uint32Array.of(1, 0)).data]).toEqual([2, 1, 4, 3, 6, 5]);
  });
  it("may leave nothing", () => {
    expect(submatrix(x, ["a", "b", "c"]).data.length).toBe(0);
  });
});
