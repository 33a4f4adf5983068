import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { autocorrelation, loess, stl, strength } from "@/exploration/mod.ts";
import golden from "../golden/exploration.json" with { type: "json" };

/** The largest difference between two series. */
const apart = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((most, value, t) => Math.max(most, Math.abs(value - a[t]!)), 0);

const series = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 14, maxLength: 60 });

describe("stl()", () => {
  for (const { name, period, options, y, trend, seasonal } of golden) {
    it(`agrees with statsmodels: ${name}`, () => {
      const own = options as { seasonal?: number; trend?: number; robust?: boolean };
      const parts = stl(y, {
        period,
        ...(own.seasonal !== undefined && { seasonalWindow: own.seasonal }),
        ...(own.trend !== undefined && { trendWindow: own.trend }),
        ...(own.robust !== undefined && { robust: own.robust }),
      });
      expect(apart(parts.trend, trend)).toBeLessThan(1e-8);
      expect(apart(parts.seasonal, seasonal)).toBeLessThan(1e-8);
    });
  }

  it("gives parts that add up to the series, and leaves the series as it was", () => {
    fc.assert(fc.property(series, fc.boolean(), (y, robust) => {
      const before = [...y];
      const { trend, seasonal, remainder } = stl(y, { period: 7, robust });
      expect(y).toEqual(before);
      expect(apart(trend.map((value, t) => value + seasonal[t]! + remainder[t]!), y)).toBeLessThan(1e-6);
    }));
  });

  it("finds no season and no remainder in a straight line", () => {
    const { seasonal, remainder } = stl(Float64Array.from({ length: 40 }, (_, t) => 3 + 2 * t), { period: 7 });
    expect(apart(seasonal, Array(40).fill(0))).toBeLessThan(1e-9);
    expect(apart(remainder, Array(40).fill(0))).toBeLessThan(1e-9);
  });

  it("refuses short series, gaps and even windows", () => {
    expect(() => stl([1, 2, 3], { period: 2 })).toThrow("must hold two seasons of 2 steps: it has 3 values");
    expect(() => stl([1, NaN, 3, 4], { period: 2 })).toThrow("value 1 is NaN");
    expect(() => stl([1, 2, 3, 4], { period: 1 })).toThrow("current value is 1");
    expect(() => stl([1, 2, 3, 4], { period: 2, trendWindow: 4 })).toThrow("trendWindow must be odd");
  });
});

describe("strength()", () => {
  it("lies between 0 and 1", () => {
    fc.assert(fc.property(series, (y) => {
      const { seasonal, remainder } = stl(y, { period: 7 });
      const value = strength(seasonal, remainder);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }));
  });
});

describe("loess()", () => {
  it("gives every line back", () => {
    fc.assert(fc.property(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 1, max: 30 }), (n, half) => {
      const line = Array.from({ length: n }, (_, t) => 5 - 2 * t);
      expect(apart(loess(line, { window: 2 * half + 1 }), line)).toBeLessThan(1e-8);
    }));
  });

  it("keeps a value whose neighbours do not count", () => {
    expect([...loess([1, 9, 2], { window: 3, weights: [0, 0, 0], beyond: true })]).toEqual([1, 1, 9, 2, 2]);
  });
});

describe("autocorrelation()", () => {
  for (const { name, y, acf } of golden) {
    it(`agrees with statsmodels: ${name}`, () => {
      expect(apart(autocorrelation(y, { lags: 20 }).values, acf)).toBeLessThan(1e-12);
    });
  }

  it("does not change with the unit of sales", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 5, maxLength: 30 }), (y) => {
      fc.pre(new Set(y).size > 1);
      const one = autocorrelation(y, { lags: 3 }).values;
      expect(apart(autocorrelation(y.map((v) => 7 + 100 * v), { lags: 3 }).values, [...one])).toBeLessThan(1e-9);
    }));
  });

  it("refuses a series that never varies, and lags beyond its length", () => {
    expect(() => autocorrelation([2, 2, 2], { lags: 1 })).toThrow("must be finite and vary");
    expect(() => autocorrelation([1, 2], { lags: 2 })).toThrow("from 1 to 1: found 2");
  });
});
