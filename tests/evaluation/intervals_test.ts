import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import {
  awayFrom,
  conformalQuantiles,
  conformalRadii,
  coverageBySlice,
  fitSpread,
  intervalColumns,
  type IntervalRecipe,
  intervals,
  type IntervalWindow,
  judgeIntervals,
  learnIntervals,
  naiveIntervals,
  relativeError,
  splitConformal,
} from "@/evaluation/mod.ts";
import { random } from "@/core/random.ts";
import golden from "../golden/intervals.json" with { type: "json" };

const RATIOS = { space: "log1p", allowsNegative: false, stepsPerBand: 5 } as const;
const AMOUNTS = { space: "identity", allowsNegative: true, stepsPerBand: 5 } as const;

/** A window of shops of which each errs twice as much as the one before, and promoted days half as much again. */
function window(month: number, { shops = 4, steps = 20, seed = month, level = 0 } = {}): IntervalWindow {
  const { normal } = random(seed);
  const rows = Array.from({ length: shops * steps }, (_, k) => {
    const shop = k % shops, step = 1 + Math.floor(k / shops), promo = step % 2;
    const noise = 0.05 * 2 ** shop * (1 + promo / 2) * normal() + level;
    return { shop, step, promo, yHat: 1000, y: 1000 * Math.exp(noise), naive: 1000 * Math.exp(2 * noise) };
  });
  const numbers = (value: (row: typeof rows[number]) => number) => Float64Array.from(rows, value);
  const from = `2014-${String(month).padStart(2, "0")}`;
  return {
    origin: `${from}-01`,
    to: `${from}-20`,
    rows: {
      y: numbers(({ y }) => y),
      yHat: numbers(({ yHat }) => yHat),
      naive: numbers(({ naive }) => naive),
      step: numbers(({ step }) => step),
      scale: numbers(() => 100),
      series: rows.map(({ shop }) => `shop ${shop}`),
      slices: { promo: rows.map(({ promo }) => String(promo)) },
    },
  };
}

const withSales = ({ rows, ...window }: IntervalWindow, change: (y: number) => number): IntervalWindow => ({
  ...window,
  rows: { ...rows, y: Float64Array.from(rows.y, change) },
});

const year = Array.from({ length: 9 }, (_, k) => window(k + 1, { steps: 20, shops: 6 }));

describe("conformal radii, spreads and conformalised quantiles agree with numpy", () => {
  it("radii", () => {
    expect(conformalRadii(golden.errors, golden.levels)).toEqual(golden.radii);
  });

  it("weighted radii", () => {
    expect(conformalRadii(golden.errors, golden.levels, { weights: golden.weights })).toEqual(golden.weightedRadii);
  });

  it("spread", () => {
    const { sizes, shop, promo, priors, base, multipliers } = golden.spread;
    const factors = {
      shop: { names: ["0", "1", "2", "3", "4"], codes: Int32Array.from(shop) },
      promo: { names: ["0", "1"], codes: Int32Array.from(promo) },
    };
    const spread = fitSpread(sizes, factors, { prior: (name) => priors[name as "shop"] });
    expect(spread.base).toBeCloseTo(base, 12);
    multipliers.shop.forEach((wanted, k) => expect(Math.exp(spread.factors.shop![k]!)).toBeCloseTo(wanted, 12));
    multipliers.promo.forEach((wanted, k) => expect(Math.exp(spread.factors.promo![k]!)).toBeCloseTo(wanted, 12));
  });

  it("conformalised quantiles", () => {
    const { y, lo, hi, past, level, movedLo, movedHi } = golden.cqr;
    const part = (from: number, to: number) => ({
      y: y.slice(from, to),
      // A size of 1 for every row: errors are told in units.
      yHat: y.slice(from, to).map(() => 0),
      scale: y.slice(from, to).map(() => 1),
      step: y.slice(from, to).map(() => 1),
      series: y.slice(from, to).map(() => "a"),
      slices: {},
      quantiles: { [level]: { lo: lo.slice(from, to), hi: hi.slice(from, to) } },
    });
    // The scale of errors must not depend on the quantiles here, so ratios of 1e9 + y stand for differences.
    const shifted = (rows: ReturnType<typeof part>) => ({ ...rows, scale: rows.scale.map(() => 1e9) });
    const method = conformalQuantiles({ ...AMOUNTS });
    const window = { origin: "2014-01-01", to: "2014-01-31", rows: shifted(part(0, past)) };
    const moved = method([window], shifted(part(past, y.length)), [level])[level]!;
    movedLo.forEach((wanted, row) => expect(moved.lo[row]!).toBeCloseTo(wanted, 4));
    movedHi.forEach((wanted, row) => expect(moved.hi[row]!).toBeCloseTo(wanted, 4));
  });
});

describe("relativeError()", () => {
  it("is undone by awayFrom()", () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(fc.property(value, value, fc.constantFrom("log1p", "identity"), (y, yHat, space) => {
      const back = awayFrom(yHat, relativeError(y, yHat, 10, space), 10, space);
      expect(Math.abs(back - y)).toBeLessThan(1e-6 * (1 + y));
    }));
  });
});

describe("intervals()", () => {
  const recipe = learnIntervals(year, RATIOS);
  const levels = [50, 80, 95];

  it("hold each other and the forecast, at every level", () => {
    fc.assert(fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(RATIOS, AMOUNTS),
      (forecast, step, shape) => {
        const own: IntervalRecipe = { ...recipe, ...shape };
        const ends = intervals(own, forecast, { series: "shop 2", step, slices: { promo: 1 } }, levels);
        expect(ends[95]!.lo).toBeLessThanOrEqual(ends[80]!.lo);
        expect(ends[80]!.lo).toBeLessThanOrEqual(ends[50]!.lo);
        expect(ends[50]!.lo).toBeLessThanOrEqual(forecast + 1e-9 * forecast);
        expect(ends[50]!.hi).toBeGreaterThanOrEqual(forecast - 1e-9 * forecast);
        expect(ends[80]!.hi).toBeGreaterThanOrEqual(ends[50]!.hi);
        expect(ends[95]!.hi).toBeGreaterThanOrEqual(ends[80]!.hi);
      },
    ));
  });

  it("are wider for shops and days that are harder to foresee", () => {
    const width = (series: string, promo: number) => {
      const { lo, hi } = intervals(recipe, 1000, { series, step: 3, slices: { promo } }, [80])[80]!;
      return hi - lo;
    };
    expect(width("shop 5", 0)).toBeGreaterThan(2 * width("shop 2", 0));
    expect(width("shop 2", 1)).toBeGreaterThan(1.1 * width("shop 2", 0));
  });

  it("are never below zero where sales cannot be, and can be where they can", () => {
    const wide = { ...recipe, radii: recipe.radii.map((radius) => 100 * radius) };
    const row = { series: "shop 1", step: 1 };
    expect(intervals({ ...wide, space: "identity" }, 10, row, [95])[95]!.lo).toBe(0);
    expect(intervals({ ...wide, ...AMOUNTS }, 10, row, [95])[95]!.lo).toBeLessThan(0);
  });

  it("are nothing around a closed day", () => {
    expect(intervals(recipe, 0, { series: "shop 1", step: 1, closed: true }, levels)).toEqual({
      50: { lo: 0, hi: 0 },
      80: { lo: 0, hi: 0 },
      95: { lo: 0, hi: 0 },
    });
  });

  it("of one row are those of the row among others", () => {
    const { rows } = year[3]!;
    const columns = intervalColumns(recipe, rows, [80]);
    for (const row of [0, 17, 63]) {
      const slices = { promo: rows.slices.promo![row]! };
      const one = intervals(recipe, rows.yHat[row]!, { series: rows.series[row]!, step: rows.step[row]!, slices }, [
        80,
      ]);
      expect({ lo: columns[80]!.lo[row], hi: columns[80]!.hi[row] }).toEqual(one[80]);
    }
  });

  it("of shops and days that were never seen are the usual ones", () => {
    const { lo, hi } = intervals(recipe, 1000, { series: "new shop", step: 3, slices: { promo: "never" } }, [80])[80]!;
    expect(hi).toBeGreaterThan(1000);
    expect(lo).toBeLessThan(1000);
  });

  it("survive the way through JSON", () => {
    const again = JSON.parse(JSON.stringify(recipe)) as IntervalRecipe;
    expect(intervalColumns(again, year[0]!.rows, levels)).toEqual(intervalColumns(recipe, year[0]!.rows, levels));
  });

  it("refuse levels and forecasts that make no sense", () => {
    const row = { series: "shop 1", step: 1 };
    expect(() => intervals(recipe, 10, row, [0.8])).toThrow("whole percentage from 1 to 99: it is 0.8");
    expect(() => intervals(recipe, NaN, row, [80])).toThrow("must be finite");
  });
});

describe("judgeIntervals()", () => {
  it("finds that conformal intervals hold what they promise, also in each group", () => {
    const judged = judgeIntervals(year, splitConformal(RATIOS));
    expect(judged.map(({ scores }) => scores.origin)).toEqual(year.slice(1).map(({ origin }) => origin));
    [0.5, 0.8, 0.95].forEach((level, k) => {
      const held = judged.reduce((sum, { scores }) => sum + scores.levels[k]!.held, 0) / judged.length;
      expect(Math.abs(held - level)).toBeLessThan(0.04);
    });
    for (const { rows, held } of coverageBySlice(judged, 80)) {
      expect(rows).toBe(8 * 60);
      expect(Math.abs(held - 0.8)).toBeLessThan(0.05);
    }
  });

  it("gives spreads that differ by shop a better Winkler score than one width for all", () => {
    const plain = year.map((window) => ({
      ...window,
      rows: { ...window.rows, series: window.rows.series.map(() => "all"), slices: {} },
    }));
    const winkler = (windows: typeof year) =>
      judgeIntervals(windows, splitConformal(RATIOS)).reduce((sum, { scores }) => sum + scores.levels[1]!.winkler, 0);
    expect(winkler(year)).toBeLessThan(0.9 * winkler(plain));
  });

  it("lets no outcome of the window that is judged, or of a later one, into its intervals", () => {
    const spoilt = year.map((window, w) => w < 5 ? window : withSales(window, (y) => 3 * y));
    const before = judgeIntervals(year, splitConformal(RATIOS)), after = judgeIntervals(spoilt, splitConformal(RATIOS));
    for (let k = 0; k < 5; k++) expect(after[k]!.columns).toEqual(before[k]!.columns);
    expect(after[5]!.columns).not.toEqual(before[5]!.columns);
  });

  it("learns only from windows that came due before the origin", () => {
    const overlapping = [year[0]!, { ...year[1]!, origin: "2014-01-15" }, year[2]!];
    expect(judgeIntervals(overlapping, splitConformal(RATIOS)).map(({ scores }) => scores.origin)).toEqual([
      "2014-03-01",
    ]);
  });

  it("finds naive intervals honest but wider", () => {
    const own = judgeIntervals(year, splitConformal(RATIOS));
    const naive = judgeIntervals(year, naiveIntervals(RATIOS), { middle: ({ naive }) => naive! });
    const mean = (all: typeof own) => all.reduce((sum, { scores }) => sum + scores.crps, 0) / all.length;
    expect(mean(own)).toBeLessThan(mean(naive));
    for (const { scores } of naive) expect(Math.abs(scores.levels[1]!.held - 0.8)).toBeLessThan(0.15);
  });

  it("counts recent windows more: after errors have grown, intervals soon do", () => {
    const louder = year.map((window, w) => w < 4 ? window : withSales(window, (y) => 1000 * (y / 1000) ** 3));
    const judged = judgeIntervals(louder, splitConformal(RATIOS));
    // The first loud window comes as a surprise, the third does not.
    expect(judged[3]!.scores.levels[1]!.held).toBeLessThan(0.6);
    expect(judged[6]!.scores.levels[1]!.held).toBeGreaterThan(0.7);
  });
});

describe("learnIntervals()", () => {
  it("needs earlier forecasts, with finite outcomes", () => {
    expect(() => learnIntervals([], RATIOS)).toThrow("no earlier forecast");
    const broken = withSales(year[0]!, () => NaN);
    expect(() => learnIntervals([broken], RATIOS)).toThrow("must be finite");
  });

  it("does with a single window, by halves", () => {
    const { radii, windows } = learnIntervals([year[0]!], RATIOS);
    expect(windows).toBe(1);
    expect(radii.every((radius, k) => radius > 0 && (k === 0 || radius >= radii[k - 1]!))).toBe(true);
  });
});
