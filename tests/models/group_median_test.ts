import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { groupMedian } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { seasonalSample } from "../support/seasonal_sample.ts";

regressorContract(groupMedian, { train: seasonalSample(), valid: seasonalSample({ from: 70, to: 84 }) });

describe("groupMedian", () => {
  const x = { names: ["base"], rows: 4, data: Float32Array.of(Math.log1p(9), 0, -2, NaN), categorical: [] };
  const y = Float32Array.of(5, 7, 9, 11);

  it("turns the base back into units of y, never below zero on the log scale", async () => {
    using model = await groupMedian.fit({ x, y }, { transform: "log1p" }, { seed: 1 });
    expect([...model.predict(x)].map((value) => Number(value.toFixed(5)))).toEqual([9, 0, 0, 7]);
  });
  it("takes a plain base as it is, below zero too: returns may exceed sales", async () => {
    using model = await groupMedian.fit({ x, y }, { transform: "identity" }, { seed: 1 });
    expect([...model.predict(x)].slice(1)).toEqual([0, -2, 7]);
  });
  it("refuses a transform that it does not know", async () => {
    const params = { transform: "sqrt" as "log1p" };
    await expect(groupMedian.fit({ x, y }, params, { seed: 1 })).rejects.toThrow("transform must be equal to one of");
  });
});
