import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { column } from "@/core/matrix.ts";
import { seasonalNaive } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { seasonalSample } from "../support/seasonal_sample.ts";

const train = seasonalSample(), valid = seasonalSample({ from: 70, to: 84 });

regressorContract(seasonalNaive, { train, valid });

describe("seasonalNaive", () => {
  it("repeats last season, to the bit", async () => {
    using model = await seasonalNaive.fit(train, {}, { seed: 1 });
    expect([...model.predict(valid.x)]).toEqual([...column(valid.x, "seasonal_naive")]);
  });
  it("says the median of the training target where there is no last season", async () => {
    const x = { names: ["seasonal_naive"], rows: 3, data: Float32Array.of(NaN, NaN, 4), categorical: [] };
    using model = await seasonalNaive.fit({ x, y: Float32Array.of(1, 2, 9) }, {}, { seed: 1 });
    expect([...model.predict(x)]).toEqual([2, 2, 4]);
  });
  it("needs its column at fit already", async () => {
    const x = { names: ["a"], rows: 1, data: Float32Array.of(1), categorical: [] };
    await expect(seasonalNaive.fit({ x, y: Float32Array.of(1) }, {}, { seed: 1 })).rejects.toThrow("seasonal_naive");
  });
});
