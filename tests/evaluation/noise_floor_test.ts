import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { noiseFloor, spreadOf } from "@/evaluation/mod.ts";

describe("noiseFloor()", () => {
  const forecasts = (mean: number) => new Float64Array(20_000).fill(mean);

  it("is the scatter of Poisson counts: the root of the mean", () => {
    for (const mean of [0.5, 9, 64, 900]) {
      const rmse = noiseFloor(forecasts(mean), { metric: "rmse", seed: 7 });
      expect(Math.abs(rmse / Math.sqrt(mean) - 1)).toBeLessThan(0.02);
    }
  });

  it("draws around the forecast without a bias", () => {
    expect(noiseFloor(forecasts(41), { metric: "bias", seed: 3 })).toBeLessThan(0.003);
  });

  it("depends on its seed alone", () => {
    const floor = (seed: number) => noiseFloor(forecasts(20), { metric: "smape", seed });
    expect(floor(1)).toBe(floor(1));
    expect(floor(1)).not.toBe(floor(2));
  });

  it("is nothing where nothing is expected", () => {
    expect(noiseFloor(forecasts(0), { metric: "mae", seed: 1 })).toBe(0);
  });
});

describe("spreadOf()", () => {
  it("refuses to sum up nothing", () => {
    expect(() => spreadOf([])).toThrow("at least one");
  });
});
