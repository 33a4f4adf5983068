import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import {
  logScaler,
  perSeriesScaler,
  robustScaler,
  scaled,
  type Scaler,
  standardScaler,
  unscaled,
} from "@/features/mod.ts";

const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const any = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const close = (a: ArrayLike<number>, b: readonly number[]) =>
  b.forEach((value, at) => expect(Math.abs(a[at]! - value)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)) + 1e-6));

describe("scalers bring values there and back:", () => {
  const fits: Readonly<Record<string, (values: readonly number[]) => Scaler>> = {
    standard: standardScaler,
    robust: robustScaler,
  };
  for (const [name, fit] of Object.entries(fits)) {
    it(name, () => {
      fc.assert(fc.property(fc.array(any), fc.array(any), (train, values) => {
        const scaler = fit(train);
        close(unscaled(scaler, scaled(scaler, values)), values);
      }));
    });
  }

  it("log", () => {
    fc.assert(fc.property(fc.array(amount), (values) => {
      close(unscaled(logScaler(), scaled(logScaler(), values)), values);
    }));
  });

  it("per series, through JSON, with series that were not there at the fit", () => {
    const row = fc.record({ series: fc.constantFrom("1", "2", "constructor", "9"), value: any });
    fc.assert(fc.property(fc.array(row), fc.array(row), (train, rows) => {
      const fitted = perSeriesScaler(train.map(({ value }) => value), train.map(({ series }) => series), robustScaler);
      const scaler: Scaler = JSON.parse(JSON.stringify(fitted));
      const values = rows.map(({ value }) => value), series = rows.map(({ series }) => series);
      close(unscaled(scaler, scaled(scaler, values, series), series), values);
    }));
  });
});

describe("scalers", () => {
  it("standard has mean 0 and standard deviation 1, as numpy has it with ddof 1", () => {
    // numpy: a = [2, 4, 4, 4, 5, 5, 7, 9]; (a - a.mean()) / a.std(ddof=1)
    const a = [2, 4, 4, 4, 5, 5, 7, 9];
    const wanted = [-1.40312, -0.46771, -0.46771, -0.46771, 0, 0, 0.93541, 1.87083];
    [...scaled(standardScaler(a), a)].forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5));
  });

  it("keep the order of values", () => {
    fc.assert(fc.property(fc.array(amount, { minLength: 2 }), amount, amount, (train, a, b) => {
      for (const scaler of [logScaler(), standardScaler(train), robustScaler(train)]) {
        const [left, right] = scaled(scaler, [Math.min(a, b), Math.max(a, b)]);
        expect(left).toBeLessThanOrEqual(right!);
      }
    }));
  });

  it("do not divide by zero when all values are equal", () => {
    expect([...scaled(standardScaler([7, 7]), [7, 9])]).toEqual([0, 2]);
    expect([...scaled(robustScaler([7]), [7, 9])]).toEqual([0, 2]);
  });

  it("pass over missing values at the fit and leave them missing", () => {
    expect(standardScaler([1, NaN, 3])).toEqual(standardScaler([1, 3]));
    expect([...scaled(standardScaler([]), [NaN, 4])]).toEqual([NaN, 4]);
  });

  it("per series use the fit over all for a series without training rows", () => {
    const scaler = perSeriesScaler([1, 3, 101, 103], ["a", "a", "b", "b"], standardScaler);
    expect([...scaled(scaler, [52], ["new"])]).toEqual([0]);
  });

  it("refuse a logarithm that does not exist", () => {
    expect(() => scaled(logScaler(), [5, -1])).toThrow("must be above -1: found -1");
  });

  it("refuse to scale per series without knowing the series", () => {
    const scaler = perSeriesScaler([1], ["a"], standardScaler);
    expect(() => scaled(scaler, [1])).toThrow("must be given");
    expect(() => scaled(scaler, [1], ["a", "b"])).toThrow("1 values, 2 series");
  });
});
