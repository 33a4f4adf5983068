import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { dieboldMariano } from "@/evaluation/mod.ts";
import golden from "../golden/diebold_mariano.json" with { type: "json" };

describe("dieboldMariano()", () => {
  it("agrees with statsmodels' Newey–West variance and Student's t", () => {
    for (const { first, other, lags, statistic, p } of golden) {
      const found = dieboldMariano(first, other, { lags })!;
      expect(found.statistic).toBeCloseTo(statistic, 9);
      expect(found.pValue).toBeCloseTo(p, 7);
      expect(found.steps).toBe(first.length);
    }
  });

  it("turns around when the forecasts change places, and does not mind a change of unit", () => {
    const losses = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })), {
      minLength: 8,
      maxLength: 40,
    });
    fc.assert(fc.property(losses, fc.integer({ min: 0, max: 2 }), (pairs, lags) => {
      const a = pairs.map(([x]) => x), b = pairs.map(([, x]) => x);
      const there = dieboldMariano(a, b, { lags }), back = dieboldMariano(b, a, { lags });
      const scaled = dieboldMariano(a.map((x) => 8 * x), b.map((x) => 8 * x), { lags });
      if (there === undefined) return expect(back).toBeUndefined();
      expect(back!.statistic).toBeCloseTo(-there.statistic, 9);
      expect(back!.pValue + there.pValue).toBeCloseTo(1, 9);
      expect(scaled!.statistic).toBeCloseTo(there.statistic, 9);
    }));
  });

  it("makes no test of one window at the lags of its horizon, or of differences that do not vary", () => {
    const losses = Array.from({ length: 42 }, (_, k) => k % 7);
    expect(dieboldMariano(losses, losses.map((x) => x + (x % 3)), { lags: 41 })).toBeUndefined();
    expect(dieboldMariano(losses, losses.map((x) => x + 1))).toBeUndefined();
  });

  it("refuses series of different lengths, and lags that are no whole number", () => {
    expect(() => dieboldMariano([1, 2], [1])).toThrow("one per step");
    expect(() => dieboldMariano([1, 2], [2, 1], { lags: 0.5 })).toThrow("0.5");
  });
});
