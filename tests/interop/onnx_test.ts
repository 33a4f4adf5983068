import { join } from "node:path";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Matrix } from "@/core/matrix.ts";
import { random as randomOf } from "@/core/random.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import {
  blendModels,
  factorModel,
  lightgbm,
  relativeTarget,
  seasonalNaive,
  seedBag,
  toOnnx,
  xgboost,
} from "@/models/mod.ts";
import { interopMissing, python } from "../support/python.ts";

const PREDICT = new URL("predict_onnx.py", import.meta.url);
const ROWS = 600;

/** Sales of shops that depend on everything; some values are missing, and codes go up to 90. */
function table(seed: number): { readonly x: Matrix; readonly y: Float32Array } {
  const { next: random } = randomOf(seed);
  const columns = {
    promo: Array.from({ length: ROWS }, () => random() < 0.4 ? 1 : 0),
    distance: Array.from({ length: ROWS }, () => random() < 0.2 ? NaN : 100 * random()),
    store: Array.from({ length: ROWS }, () => random() < 0.05 ? NaN : Math.floor(91 * random())),
    base: Array.from({ length: ROWS }, () => random() < 0.05 ? NaN : 3 + 2 * random()),
    seasonal_naive: Array.from({ length: ROWS }, () => random() < 0.05 ? NaN : 50 + 100 * random()),
  };
  const y = Float32Array.from({ length: ROWS }, (_, i) => {
    const { promo, distance, store, base } = columns;
    const level = Math.exp((base[i]! || 4) + 0.3 * promo[i]! + ((store[i]! || 0) % 7) / 20);
    return Math.round(level + (distance[i]! || 50) / 10 + random());
  });
  const data = Float32Array.from(Object.values(columns).flat());
  return { x: { names: Object.keys(columns), rows: ROWS, data, categorical: ["store"] }, y };
}

const small = { rounds: 150, threads: 1 };
const learn = (regressor: Regressor, params: Record<string, unknown>, { x, y }: ReturnType<typeof table>) =>
  regressor.fit({ x, y }, { ...regressor.defaults, ...params }, { seed: 1 });
const loose = <Params>(regressor: Regressor<Params>) => regressor as unknown as Regressor;

/** Every model of ours that ONNX can say. */
async function models(at: ReturnType<typeof table>): Promise<Readonly<Record<string, Model>>> {
  const trees = loose(lightgbm), other = loose(xgboost);
  const ratios = relativeTarget(seedBag(trees), { transform: "log1p" });
  const amounts = loose(relativeTarget(other, { transform: "identity" }));
  const constant = { x: at.x, y: at.y.map(() => 7) };
  const made: Record<string, Model> = {
    lightgbm: await learn(trees, small, at),
    "lightgbm, poisson": await learn(trees, { ...small, objective: "poisson" }, at),
    "lightgbm without a split": await learn(trees, small, constant),
    xgboost: await learn(other, small, at),
    "xgboost, poisson": await learn(other, { ...small, objective: "count:poisson" }, at),
    "three seeds, relative to the base": await learn(ratios, { ...small, seeds: 3 }, at),
    "ratios to the base": await learn(ratios, { ...small, learn: "ratio" }, at),
    "amounts relative to the base": await learn(amounts, small, at),
    seasonal_naive: await learn(loose(seasonalNaive), {}, at),
  };
  for (const space of ["log", "plain"] as const) {
    const members = [
      ["lightgbm", await learn(ratios, small, at), 0.625],
      ["xgboost", await learn(loose(relativeTarget(other, { transform: "log1p" })), small, at), 0.25],
      ["seasonal_naive", await learn(loose(seasonalNaive), {}, at), 0.125],
    ] as const;
    made[`blend, ${space}`] = blendModels(members, { space, factor: 1.03 });
  }
  return made;
}

describe("toOnnx()", { skip: interopMissing() }, () => {
  it("writes models that ONNX Runtime computes as we do, with missing values and categories", async () => {
    const fresh = table(2).x, folder = await Deno.makeTempDir();
    const made = await models(table(1));
    const paths: Record<string, string> = {};
    for (const [name, model] of Object.entries(made)) {
      paths[name] = join(folder, `${name}.onnx`);
      await Deno.writeFile(paths[name]!, toOnnx(model.save(), fresh.names));
    }
    const rows = Array.from({ length: ROWS }, (_, row) =>
      fresh.names.map((_, k) => {
        const value = fresh.data[k * ROWS + row]!;
        return Number.isNaN(value) ? null : value;
      }));
    const forecasts = await python<Record<string, number[]>>(PREDICT, [], { input: { models: paths, rows } });
    for (const [name, model] of Object.entries(made)) {
      const ours = model.predict(fresh);
      const apart = ours.map((value, row) => Math.abs(value - forecasts[name]![row]!) / Math.max(1, Math.abs(value)));
      expect([name, Math.max(...apart) < 1e-7, Math.max(...apart)]).toEqual([name, true, expect.any(Number)]);
      model[Symbol.dispose]();
    }
    await Deno.remove(folder, { recursive: true });
  });

  it("says which model has no form in ONNX", async () => {
    const { x, y } = table(1);
    using model = await factorModel.fit({ x, y }, { ...factorModel.defaults, keys: [["promo"]] }, { seed: 1 });
    expect(() => toOnnx(model.save(), model.features)).toThrow("Cannot write a factor_model model in ONNX");
    using linear = await learn(loose(lightgbm), { ...small, linear_tree: true }, table(1));
    expect(() => toOnnx(linear.save(), linear.features)).toThrow("its leaves are linear models");
  });
});
