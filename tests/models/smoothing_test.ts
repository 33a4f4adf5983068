import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { holtWinters, startOf, stepsAhead } from "@/models/math/holt_winters.ts";
import { intermittentMean } from "@/models/math/intermittent.ts";
import { dampedTrend, intermittent } from "@/models/mod.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import golden from "../golden/smoothing.json" with { type: "json" };
import { seasonalSample } from "../support/seasonal_sample.ts";

regressorContract(dampedTrend, {
  train: seasonalSample({ lateStart: 40 }),
  valid: seasonalSample({ from: 70, to: 84 }),
});

regressorContract(intermittent, {
  train: seasonalSample(),
  valid: seasonalSample({ from: 70, to: 84 }),
});

/** One series that sells `values`, from step 0. */
function series(values: readonly number[]) {
  const rows = values.length;
  const data = Float32Array.from([...values.map(() => 1), ...values.keys()]);
  return { x: { names: ["series", "t"], rows, data, categorical: [] }, y: Float32Array.from(values) };
}

describe("holtWinters()", () => {
  it("forecasts what statsmodels forecasts, with seasons and without", () => {
    for (const { y, level, trend, seasons, sse, forecast, ...how } of golden.holt_winters) {
      const { state, squaredError } = holtWinters(y, how, { level, trend, seasons });
      expect(squaredError).toBeCloseTo(sse, 5);
      forecast.forEach((value, k) => {
        // statsmodels forgets what the very last value taught its own season, so that whole seasons ahead differ.
        if (how.season > 1 && (k + 1) % how.season === 0) return;
        expect(stepsAhead(state, how, k + 1)).toBeCloseTo(value, 5);
      });
    }
  });

  it("lets time pass over missing values", () => {
    const how = { alpha: 0.3, beta: 0.1, gamma: 0.1, phi: 0.9 };
    const start = { level: 100, trend: 2, seasons: [5, -5] };
    const { state } = holtWinters([NaN, NaN, NaN], how, start);
    for (const steps of [1, 2, 5]) {
      expect(stepsAhead(state, how, steps)).toBeCloseTo(stepsAhead(start, how, steps + 3), 9);
    }
  });

  it("starts at the mean of the first two seasons, and each step's departure from it", () => {
    expect(startOf([1, 3, 3, 5, 99], 2)).toEqual({ level: 3, trend: 0, seasons: [-1, 1] });
    expect(startOf([NaN, NaN], 2)).toEqual({ level: 0, trend: 0, seasons: [0, 0] });
  });
});

describe("dampedTrend", () => {
  it("follows growth for a while, and then less and less", async () => {
    const grown = series(Array.from({ length: 80 }, (_, t) => 100 + 3 * t));
    const params = { season: 1, phi: 0.9, transform: "identity" } as const;
    using model = await dampedTrend.fit(grown, params, { seed: 1 });
    const ahead = (t: number) => model.predict({ ...grown.x, rows: 1, data: Float32Array.of(1, t) })[0]!;
    const steps = [80, 81, 90, 150, 151].map(ahead);
    expect(steps[0]!).toBeGreaterThan(337);
    expect(steps[1]! - steps[0]!).toBeGreaterThan(steps[4]! - steps[3]!);
    expect(steps[3]!).toBeLessThan(100 + 3 * 150);
  });
});

describe("intermittentMean()", () => {
  it("forecasts what statsforecast forecasts", () => {
    for (const { y, ...methods } of golden.intermittent) {
      for (const method of ["croston", "sba", "tsb"] as const) {
        expect(intermittentMean(y, { method })).toBeCloseTo(methods[method], 5);
      }
    }
  });

  it("sinks with tsb while nothing sells, and not with croston", () => {
    const sold = [0, 3, 0, 2, 0, 4], quiet = [...sold, ...Array<number>(30).fill(0)];
    expect(intermittentMean(quiet, { method: "tsb" })).toBeLessThan(0.1 * intermittentMean(sold, { method: "tsb" }));
    expect(intermittentMean(quiet, { method: "croston" })).toBe(intermittentMean(sold, { method: "croston" }));
  });
});
