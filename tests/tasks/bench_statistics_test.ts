import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { growthExponent, median, ratio, spread } from "../../tasks/support/bench/statistics.ts";

const timings = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 });

describe("median()", () => {
  it("has as many values above as below", () => {
    fc.assert(fc.property(timings, (values) => {
      const middle = median(values);
      const below = values.filter((value) => value < middle).length;
      const above = values.filter((value) => value > middle).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
    }));
  });

  it("is between the two in the middle when their number is even", () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it("does not care for order, and leaves its argument as it found it", () => {
    const values = [10, 9, 2];
    expect(median(values)).toBe(9);
    expect(values).toEqual([10, 9, 2]);
  });

  it("refuses no values", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("spread()", () => {
  it("is zero when all runs agree, and grows with the slowest", () => {
    expect(spread([2, 2, 2])).toBe(0);
    expect(spread([2, 2, 3])).toBe(0.5);
  });

  it("does not depend on the unit of time", () => {
    fc.assert(fc.property(timings, (values) => {
      expect(spread(values.map((value) => 1024 * value))).toBeCloseTo(spread(values), 9);
    }));
  });

  it("is zero for stages too short to measure", () => {
    expect(spread([0, 0])).toBe(0);
  });
});

describe("ratio()", () => {
  it("is below one when the first is faster", () => {
    expect(ratio(2, 5)).toBe(0.4);
  });

  it("is nothing beside a time of zero", () => {
    expect(ratio(1, 0)).toBeNull();
    expect(ratio(0, 0)).toBeNull();
  });
});

describe("growthExponent()", () => {
  it("finds the power of any power law", () => {
    const power = fc.double({ min: 0, max: 3, noNaN: true }), factor = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(fc.property(power, factor, (power, factor) => {
      const points = [10, 100, 1_000, 10_000].map((size) => ({ size, cost: factor * size ** power }));
      expect(growthExponent(points)).toBeCloseTo(power, 6);
    }));
  });

  it("is what numpy's polyfit of the logarithms gives", () => {
    // numpy.polyfit(numpy.log([10, 100, 1000]), numpy.log([0.5, 0.8, 2.7]), 1)[0]
    const points = [[10, 0.5], [100, 0.8], [1_000, 2.7]].map(([size, cost]) => ({ size: size!, cost: cost! }));
    expect(growthExponent(points)).toBeCloseTo(0.36619687991148436, 12);
  });

  it("refuses a single size, and what has no logarithm", () => {
    expect(() => growthExponent([{ size: 10, cost: 1 }, { size: 10, cost: 2 }])).toThrow("two sizes");
    expect(() => growthExponent([{ size: 10, cost: 0 }, { size: 20, cost: 2 }])).toThrow("above zero");
  });
});
