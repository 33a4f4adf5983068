import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import {
  calibration,
  cfe,
  coverage,
  crps,
  linex,
  mae,
  meanError,
  mqloss,
  mse,
  msse,
  naiveScale,
  nd,
  pis,
  quantileLoss,
  rmae,
  rmsse,
  scaledCrps,
  scaledMqloss,
  scaledQuantileLoss,
  spis,
  tweedieDeviance,
  wape,
  winklerScore,
} from "@/evaluation/mod.ts";
import golden from "../golden/losses.json" with { type: "json" };

describe("losses agree with utilsforecast", () => {
  for (const { name, seasonLength, history, a, quantiles, y, yHat, naive, forecasts, intervals, expected } of golden) {
    const spread = (power: 1 | 2) => {
      const [scale] = naiveScale(history, history.map(() => 0), { seasonLength, power });
      return y.map(() => scale!);
    };
    const usual = history.reduce((sum, value) => sum + value, 0) / history.length;
    const high = forecasts[quantiles.indexOf(0.9)]!;
    const found: Record<string, [number | null, number]> = {
      meanError: [meanError(y, yHat), expected.meanError],
      mse: [mse(y, yHat), expected.mse],
      cfe: [cfe(y, yHat), expected.cfe],
      pis: [pis(y, yHat), expected.pis],
      spis: [spis(y, yHat, usual), expected.spis],
      wape: [wape(y, yHat), expected.wape],
      nd: [nd(y, yHat), expected.nd],
      rmae: [rmae(y, yHat, naive), expected.rmae],
      msse: [msse(y, yHat, spread(2)), expected.msse],
      rmsse: [rmsse(y, yHat, spread(2)), expected.rmsse],
      linex: [linex(y, yHat, { a }), expected.linex],
      quantileLoss: [quantileLoss(y, high, 0.9), expected.quantileLoss],
      scaledQuantileLoss: [scaledQuantileLoss(y, high, spread(1), 0.9), expected.scaledQuantileLoss],
      mqloss: [mqloss(y, forecasts, quantiles), expected.mqloss],
      scaledMqloss: [scaledMqloss(y, forecasts, quantiles, spread(1)), expected.scaledMqloss],
      calibration: [calibration(y, high), expected.calibration],
      scaledCrps: [scaledCrps(y, forecasts, quantiles), expected.scaledCrps],
    };
    for (const [power, value] of Object.entries<number>(expected.tweedie)) {
      found[`tweedieDeviance of power ${power}`] = [tweedieDeviance(y, yHat, { power: Number(power) }), value];
    }
    for (const [level, [lo, hi]] of Object.entries(intervals)) {
      const at = level as keyof typeof expected.coverage;
      found[`coverage of ${level} %`] = [coverage(y, lo!, hi!), expected.coverage[at]];
      found[`winklerScore of ${level} %`] = [winklerScore(y, lo!, hi!, Number(level) / 100), expected.winkler[at]];
    }
    for (const [loss, [ours, theirs]] of Object.entries(found)) {
      it(`${loss} on ${name}`, () => {
        expect(Math.abs(ours! - theirs)).toBeLessThan(1e-12 * Math.max(1, Math.abs(theirs)));
      });
    }
  }
});

const sales = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 30 });

describe("losses", () => {
  it("are undefined without rows", () => {
    for (const loss of [meanError, mse, cfe, pis, wape]) expect(loss([], [])).toBe(null);
    expect(coverage([], [], [])).toBe(null);
    expect(winklerScore([], [], [], 0.8)).toBe(null);
  });

  it("of one median are half the absolute error, and its crps all of it", () => {
    fc.assert(fc.property(sales, (y) => {
      const yHat = y.map((value, row) => value + row - 3);
      expect(crps(y, [yHat], [0.5])).toBeCloseTo(mae(y, yHat)!, 6);
    }));
  });

  it("prefer the true quantile to any other", () => {
    const y = Float64Array.from({ length: 101 }, (_, k) => k);
    const at = (value: number) => quantileLoss(y, y.map(() => value), 0.8)!;
    expect(at(80)).toBeLessThan(at(75));
    expect(at(80)).toBeLessThan(at(85));
  });

  it("fine an interval that misses more than a wider one that holds", () => {
    const y = [10, 10];
    expect(winklerScore(y, [9, 9], [11, 11], 0.8)).toBeLessThan(winklerScore(y, [4, 4], [5, 5], 0.8)!);
  });

  it("leave out rows whose series has no scale", () => {
    expect(msse([1, 1], [3, 9], [4, 0])).toBe(1);
    expect(msse([1], [3], [NaN])).toBe(null);
  });

  it("refuse what makes no sense", () => {
    expect(() => winklerScore([1], [0], [2], 80)).toThrow("between 0 and 1: it is 80");
    expect(() => quantileLoss([1], [0], 1)).toThrow("between 0 and 1");
    expect(() => mqloss([1], [[1]], [0.1, 0.9])).toThrow("2 quantiles, 1 columns");
    expect(() => tweedieDeviance([1], [0])).toThrow("forecasts must be > 0");
    expect(() => tweedieDeviance([0], [1], { power: 2 })).toThrow("and so must y");
    expect(() => linex([1], [1], { a: 0 })).toThrow("must not be 0");
    expect(() => coverage([1, 2], [0, 0], [3])).toThrow("as many rows");
  });
});
