import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { METRIC_NAMES, type MetricName } from "@/core/metric.ts";
import { loss, type MetricOptions, metrics, naiveScale, score } from "@/evaluation/mod.ts";
import golden from "../golden/metrics.json" with { type: "json" };

/** Metrics that cannot be below zero. */
const SIZES = METRIC_NAMES.filter((name) => name !== "bias");

/** Actual sales, with closed days among them, and a forecast for each. */
const outcomes = fc.array(
  fc.record({
    y: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 1e5, noNaN: true })),
    yHat: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 1e5, noNaN: true })),
    weight: fc.constantFrom(1, 5),
    scale: fc.double({ min: 1, max: 100, noNaN: true }),
  }),
  { minLength: 1, maxLength: 30 },
).map((rows) => ({
  y: Float64Array.from(rows, (row) => row.y),
  yHat: Float64Array.from(rows, (row) => row.yHat),
  options: {
    weight: Float64Array.from(rows, (row) => row.weight),
    scale: Float64Array.from(rows, (row) => row.scale),
  },
}));

describe("metrics agree with utilsforecast and scikit-learn", () => {
  for (const { name, history, seasonLength, y, yHat, series, weight, expected } of golden) {
    const perSeries = naiveScale(history.y, history.series, { seasonLength });
    const options: MetricOptions = { weight, scale: series.map((code) => perSeries[code]!) };
    for (const metric of METRIC_NAMES) {
      it(`${metric}() on ${name}`, () => {
        const found = metrics[metric](y, yHat, options)!;
        expect(Math.abs(found - expected[metric])).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected[metric])));
      });
    }
  }
});

describe("every metric", () => {
  for (const name of METRIC_NAMES) {
    const metric = metrics[name];

    it(`${name}() is zero, or undefined, for a perfect forecast`, () => {
      fc.assert(fc.property(outcomes, ({ y, options }) => [0, null].includes(metric(y, y, options))));
    });

    it(`${name}() does not depend on the order of the rows`, () => {
      fc.assert(fc.property(outcomes, ({ y, yHat, options: { weight, scale } }) => {
        const reversed = metric(y.toReversed(), yHat.toReversed(), {
          weight: weight.toReversed(),
          scale: scale.toReversed(),
        });
        expectClose(reversed, metric(y, yHat, { weight, scale }));
      }));
    });

    it(`${name}() refuses columns of different lengths`, () => {
      expect(() => metric([1, 2], [1])).toThrow(RangeError);
      expect(() => metric([1, 2], [1])).toThrow("y has 2 rows, yHat has 1");
    });

    it(`${name}() is undefined where there are no rows`, () => {
      expect(metric([], [], { weight: [], scale: [] })).toBe(null);
    });
  }

  for (const name of SIZES) {
    it(`${name}() is never negative`, () => {
      fc.assert(fc.property(outcomes, ({ y, yHat, options }) => (metrics[name](y, yHat, options) ?? 0) >= 0));
    });
  }

  for (const name of ["rmspe", "smape", "mape", "bias"] as const) {
    it(`${name}() does not depend on the currency`, () => {
      fc.assert(fc.property(outcomes, fc.double({ min: 0.01, max: 100, noNaN: true }), ({ y, yHat }, rate) => {
        expectClose(metrics[name](y.map((v) => v * rate), yHat.map((v) => v * rate)), metrics[name](y, yHat));
      }));
    });
  }

  for (const name of ["wmae", "rmse", "mae"] as const) {
    it(`${name}() is told in units of y`, () => {
      fc.assert(fc.property(outcomes, ({ y, yHat, options }) => {
        const thousandth = metrics[name](y.map((v) => v / 1000), yHat.map((v) => v / 1000), options)!;
        expectClose(thousandth * 1000, metrics[name](y, yHat, options));
      }));
    });
  }
});

describe("rmspe()", () => {
  it("leaves out rows without sales, and is undefined when none is left", () => {
    expect(metrics.rmspe([0, 100], [50, 120])).toBeCloseTo(0.2, 12);
    expect(metrics.rmspe([0, -5], [50, 120])).toBe(null);
  });
});

describe("mape()", () => {
  it("leaves out rows without sales, and is undefined when none is left", () => {
    expect(metrics.mape([0, 100], [50, 120])).toBeCloseTo(0.2, 12);
    expect(metrics.mape([0, -5], [50, 120])).toBe(null);
  });
});

describe("smape()", () => {
  it("counts a row where nothing was forecast and nothing sold as right", () => {
    expect(metrics.smape([0, 10], [0, 10])).toBe(0);
  });
  it("is never above 200", () => {
    fc.assert(fc.property(outcomes, ({ y, yHat }) => metrics.smape(y, yHat)! <= 200));
    expect(metrics.smape([0, 10], [7, 0])).toBe(200);
  });
});

describe("wmae()", () => {
  it("is the mean absolute error without weights, and undefined where nothing counts", () => {
    expect(metrics.wmae([1, 2], [2, 4])).toBe(metrics.mae([1, 2], [2, 4]));
    expect(metrics.wmae([1, 2], [2, 4], { weight: [0, 0] })).toBe(null);
  });
  it("refuses weights that do not fit the rows", () => {
    expect(() => metrics.wmae([1, 2], [2, 4], { weight: [1] })).toThrow("weight has 1");
  });
});

describe("mase()", () => {
  it("is undefined without scales, and leaves out series that repeat themselves", () => {
    expect(metrics.mase([1, 2], [2, 4])).toBe(null);
    expect(metrics.mase([1, 2], [2, 4], { scale: [0, NaN] })).toBe(null);
    expect(metrics.mase([1, 2], [2, 4], { scale: [0, 4] })).toBe(0.5);
  });
});

describe("bias()", () => {
  it("is positive where forecasts are too high, and undefined where nothing was sold", () => {
    expect(metrics.bias([10, 10], [11, 12])).toBeCloseTo(0.15, 12);
    expect(metrics.bias([0, 0], [1, 2])).toBe(null);
  });
});

describe("naiveScale()", () => {
  it("skips steps that are not known, and never compares one series with another", () => {
    const y = [1, NaN, 4, 8, 100, 103, 110];
    expect([...naiveScale(y, [0, 0, 0, 0, 1, 1, 1], { seasonLength: 2 })]).toEqual([3, 10]);
  });
  it("has a place for every series, also those without history", () => {
    expect([...naiveScale([1, 2], [0, 0], { seasonLength: 1, count: 3 })]).toEqual([1, NaN, NaN]);
  });
  it("refuses a season of no steps", () => {
    expect(() => naiveScale([1], [0], { seasonLength: 0 })).toThrow(">= 1");
  });
});

describe("score()", () => {
  it("gives every metric, with null where it is undefined", () => {
    const scores = score([0, 0], [0, 1]);
    expect(Object.keys(scores)).toEqual([...METRIC_NAMES]);
    expect(scores).toEqual({
      rmspe: null,
      wmae: 0.5,
      smape: 100,
      rmse: Math.sqrt(0.5),
      mae: 0.5,
      mape: null,
      mase: null,
      bias: null,
    });
  });
  it("refuses a forecast that is not a number, naming its row", () => {
    expect(() => score([1, 2], [1, NaN])).toThrow("yHat is NaN in row 1");
    expect(() => score([Infinity], [1])).toThrow("y is Infinity in row 0");
  });
});

describe("loss()", () => {
  it("makes a bias of either sign something to lessen, and leaves the others as they are", () => {
    for (const name of METRIC_NAMES) expect(loss(name, 0.2)).toBe(0.2);
    expect(loss("bias", -0.2)).toBe(0.2);
    expect(METRIC_NAMES.map((name: MetricName) => loss(name, null))).toEqual(METRIC_NAMES.map(() => Infinity));
  });
});

function expectClose(found: number | null, wanted: number | null): void {
  if (found === null || wanted === null) return expect(found).toBe(wanted);
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}
