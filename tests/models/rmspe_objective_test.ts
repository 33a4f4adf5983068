import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { type Sample, sharedFloats } from "@/core/matrix.ts";
import { random } from "@/core/random.ts";
import type { Regressor } from "@/core/regressor.ts";
import { lightgbm, relativeTarget, xgboost } from "@/models/mod.ts";
import { weighedByRelativeError } from "@/models/native/relative_weights.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { seasonalSample } from "../support/seasonal_sample.ts";

regressorContract(relativeTarget(lightgbm, { transform: "log1p", learn: "ratio" }) as unknown as Regressor, {
  train: seasonalSample({ transform: "log1p" }),
  valid: seasonalSample({ transform: "log1p", from: 70, to: 84 }),
  params: { rounds: 40, min_data_in_leaf: 5, objective: "rmspe" },
  iterative: true,
});

regressorContract(relativeTarget(xgboost, { transform: "log1p", learn: "ratio" }) as unknown as Regressor, {
  train: seasonalSample({ transform: "log1p" }),
  valid: seasonalSample({ transform: "log1p", from: 70, to: 84 }),
  params: { rounds: 40, max_depth: 4, objective: "rmspe" },
  iterative: true,
});

/** Sales of one kind of day that scatter widely: what is best to forecast depends on the error that counts. */
function scattered(rows = 2000): Sample {
  const chance = random(5);
  const data = sharedFloats(rows), y = sharedFloats(rows);
  for (let i = 0; i < rows; i++) {
    data[i] = i % 2;
    y[i] = Math.exp(4 + 0.3 * chance.normal());
  }
  return { x: { names: ["a"], rows, data, categorical: [] }, y };
}

const objective = "rmspe" as const;
const learners = {
  lightgbm: (sample: Sample) => {
    const params = { ...lightgbm.defaults, objective, rounds: 60, lambda_l2: 0, bagging_freq: 0, feature_fraction: 1 };
    return lightgbm.fit(sample, params, { seed: 1 });
  },
  xgboost: (sample: Sample) => {
    const params = { ...xgboost.defaults, objective, rounds: 60, eta: 0.3, lambda: 0, min_child_weight: 1 };
    return xgboost.fit(sample, { ...params, subsample: 1, colsample_bytree: 1 }, { seed: 1 });
  },
};

describe("objective rmspe", () => {
  for (const [name, fit] of Object.entries(learners)) {
    it(`forecasts the constant that minimizes RMSPE, the sum of 1/y over the sum of 1/y²: ${name}`, async () => {
      const sample = scattered();
      using model = await fit(sample);
      const predictions = model.predict(sample.x);
      for (const kind of [0, 1]) {
        const own = Array.from(sample.y).filter((_, i) => i % 2 === kind);
        const best = own.reduce((sum, y) => sum + 1 / y, 0) / own.reduce((sum, y) => sum + 1 / y ** 2, 0);
        expect(predictions[kind]!).toBeGreaterThan(0.995 * best);
        expect(predictions[kind]!).toBeLessThan(1.005 * best);
      }
    });
  }

  it("keeps weights that rows have already, and gives days without sales none", () => {
    const x = { names: ["a"], rows: 3, data: Float32Array.of(1, 2, 3), categorical: [] };
    const { weight } = weighedByRelativeError({ x, y: Float32Array.of(10, 10, 0), weight: Float32Array.of(1, 3, 9) });
    expect(weight![1]! / weight![0]!).toBeCloseTo(3, 5);
    expect(weight![2]).toBe(0);
  });

  it("does not let one tiny target count for everything", () => {
    const y = Float32Array.from({ length: 101 }, (_, i) => i === 0 ? 0.01 : 100);
    const x = { names: ["a"], rows: 101, data: new Float32Array(101), categorical: [] };
    const { weight } = weighedByRelativeError({ x, y });
    expect(weight![0]! / weight![1]!).toBeCloseTo(16, 4);
  });

  it("refuses a sample without any sales", () => {
    const x = { names: ["a"], rows: 1, data: Float32Array.of(1), categorical: [] };
    expect(() => weighedByRelativeError({ x, y: Float32Array.of(0) })).toThrow("must be above 0");
  });
});
