import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { METRIC_NAMES, type MetricName } from "@/core/metric.ts";
import { random } from "@/core/random.ts";
import {
  compareLosses,
  compareSlices,
  type LossRows,
  rowLoss,
  score,
  scoreBySlice,
  scoreOfLoss,
} from "@/evaluation/mod.ts";
import { windowLosses } from "@/evaluation/mod.ts";

const DATES = 6, SERIES = 4;

function rows(seed: number, origin = "2015-01-01"): LossRows {
  const chance = random(seed), n = DATES * SERIES;
  const column = (value: (row: number) => number) => Float64Array.from({ length: n }, (_, row) => value(row));
  const y = column((row) => row % 5 === 0 ? 0 : Math.round(100 * chance.next()) + 1);
  return {
    origin,
    ds: Array.from({ length: n }, (_, row) => `2015-01-0${1 + Math.floor(row / SERIES)}`),
    y,
    weight: column((row) => row % 3 === 0 ? 5 : 1),
    scale: column((row) => row % 4 === 0 ? NaN : 10 + row),
    slices: { promo: Array.from({ length: n }, (_, row) => row % 2 === 0 ? "no" : "yes") },
    models: { good: y.map((v) => v + chance.next()), bad: y.map((v) => v * (1 + chance.next()) + 3) },
  };
}

const METRICS = METRIC_NAMES.filter((name) => name !== "bias");

describe("windowLosses()", () => {
  it("keeps enough to get every metric back, over all rows and per group", () => {
    const window = rows(1);
    const whole = score(window.y, window.models["bad"]!, window);
    const bySlice = scoreBySlice<string>(window.y, window.models["bad"]!, window.slices["promo"]!, window);
    for (const metric of METRICS) {
      const { loss, weight, slices } = windowLosses(window, metric);
      const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      const back = scoreOfLoss(metric, { loss: total(loss["bad"]!), weight: total(weight) })!;
      expect(back / whole[metric]!).toBeCloseTo(1, 5);
      for (const { group, loss, weight } of slices) {
        const wanted = bySlice.find(({ level }) => level === group)!.scores[metric]!;
        expect(scoreOfLoss(metric, { loss: loss["bad"]!, weight })! / wanted).toBeCloseTo(1, 5);
      }
    }
  });

  it("has no loss for bias, whose errors cancel out", () => {
    expect(() => rowLoss("bias")).toThrow(RangeError);
  });
});

describe("compareLosses()", () => {
  const options = { metric: "rmse" as MetricName, horizon: 2 };

  it("compares on the windows that hold the same rows, and on no others", () => {
    const first = windowLosses(rows(1), "rmse"), second = windowLosses(rows(2, "2015-02-01"), "rmse");
    const changed = windowLosses({ ...rows(2, "2015-02-01"), y: rows(3).y }, "rmse");
    const both = compareLosses(
      { model: "good", windows: [first, second] },
      { model: "bad", windows: [first, changed] },
      options,
    )!;
    expect([both.windows, both.dates]).toEqual([1, DATES]);
    expect(both.first).toBeLessThan(both.other);
    expect(both.test!.pValue).toBeLessThan(0.1);
    expect(compareLosses({ model: "good", windows: [second] }, { model: "bad", windows: [changed] }, options))
      .toBeUndefined();
  });

  it("knows no window of a model that was not judged there", () => {
    const windows = [windowLosses(rows(1), "rmse")];
    expect(compareLosses({ model: "good", windows }, { model: "other", windows }, options)).toBeUndefined();
  });
});

describe("compareSlices()", () => {
  it("adds up a group over the windows of both", () => {
    const windows = [windowLosses(rows(1), "mae"), windowLosses(rows(2, "2015-02-01"), "mae")];
    const slices = compareSlices({ model: "good", windows }, { model: "bad", windows }, { metric: "mae" });
    expect(slices.map(({ slice, group, rows }) => [slice, group, rows])).toEqual([["promo", "no", 24], [
      "promo",
      "yes",
      24,
    ]]);
    for (const { first, other } of slices) expect(first).toBeLessThan(other);
  });
});
