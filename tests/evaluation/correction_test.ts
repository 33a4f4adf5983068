import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { random } from "@/core/random.ts";
import { chooseCorrection, metrics, type Outcome } from "@/evaluation/mod.ts";

/** A window whose forecasts are too high by a factor, and noisy. */
function outcome(seed: number, factor: number, noise = 0.1): Outcome {
  const chance = random(seed);
  const y = Float64Array.from({ length: 300 }, () => 100 + 900 * chance.next());
  return { y, yHat: y.map((sold) => factor * sold * (1 + noise * chance.normal())) };
}

describe("chooseCorrection()", () => {
  it("finds the factor in closed form for the squared errors", () => {
    const windows = [outcome(1, 1.04), outcome(2, 1.04)];
    const exact = {
      rmse: (y: number, p: number) => [y * p, p * p],
      rmspe: (y: number, p: number) => [p / y, (p / y) ** 2],
    };
    for (const metric of ["rmse", "rmspe"] as const) {
      const { best } = chooseCorrection(windows, { metric });
      windows.forEach(({ y, yHat }, k) => {
        const parts = Array.from(y, (sold, i) => exact[metric](sold, yHat[i]!));
        const wanted = parts.reduce((sum, part) => sum + part[0]!, 0) / parts.reduce((sum, part) => sum + part[1]!, 0);
        expect(best[k]!).toBeCloseTo(wanted, 4);
      });
    }
  });
  it("takes the middle of the windows, so that one odd window does not decide", () => {
    const { factor } = chooseCorrection([outcome(1, 1.02), outcome(2, 1.02), outcome(3, 0.7)], { metric: "mae" });
    expect(factor).toBeGreaterThan(0.97);
    expect(factor).toBeLessThan(0.99);
  });
  it("stays within its limits", () => {
    const windows = [outcome(1, 2), outcome(2, 2)];
    expect(chooseCorrection(windows, { metric: "mae" }).factor).toBeCloseTo(0.9, 4);
    expect(chooseCorrection(windows, { metric: "mae", min: 0.5 }).factor).toBeCloseTo(0.5, 1);
    expect(chooseCorrection([outcome(1, 0.5), outcome(2, 0.5)], { metric: "mae" }).factor).toBeCloseTo(1.1, 4);
  });
  it("changes nothing where one window is all there is, or forecasts were right", () => {
    const one = chooseCorrection([outcome(1, 1.05)], { metric: "rmspe" });
    expect(one.factor).toBe(1);
    expect(one.reason).toContain("1 earlier windows, 2 are needed");
    const right = { y: [10, 20], yHat: [10, 20] };
    expect(chooseCorrection([right, right], { metric: "mae" }).factor).toBeCloseTo(1, 4);
    expect(chooseCorrection([], { metric: "mae" }).factor).toBe(1);
  });
  it("changes nothing where the metric is undefined", () => {
    const closed = { y: [0, 0], yHat: [1, 2] };
    expect(chooseCorrection([closed, closed], { metric: "rmspe" }).factor).toBe(1);
  });
  it("helps in most of the windows that it was chosen on, or changes nothing", () => {
    const windows = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 999 }), fc.double({ min: 0.8, max: 1.2, noNaN: true })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(windows, fc.constantFrom("rmspe", "smape", "wmae", "bias"), (drawn, metric) => {
        const outcomes = drawn.map(([seed, level]) => outcome(seed, level));
        const { factor } = chooseCorrection(outcomes, { metric });
        const helped = outcomes.filter(({ y, yHat }) => {
          const error = (by: number) => Math.abs(metrics[metric](y, Array.from(yHat, (p) => by * p))!);
          return error(factor) < error(1);
        });
        return factor === 1 || 2 * helped.length > outcomes.length;
      }),
      { numRuns: 30 },
    );
  });
  it("refuses limits that do not enclose 1", () => {
    expect(() => chooseCorrection([], { metric: "mae", min: 1.01 })).toThrow("must enclose 1");
  });
});
