/** The findings that charts state as their titles: each is computed from the data. */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { actualVsPredicted, type SeriesHistory } from "@/charts/actual_vs_predicted.ts";
import { backtestWindows } from "@/charts/backtest_windows.ts";
import { errorBy } from "@/charts/error_by.ts";
import { horizonCurve } from "@/charts/horizon_curve.ts";
import { importanceChart } from "@/charts/importance_chart.ts";
import { comparisonSentence, modelComparison } from "@/charts/model_comparison.ts";
import { residualHistogram } from "@/charts/residual_histogram.ts";
import { trainingCurve } from "@/charts/training_curve.ts";
import { scoresOf } from "./report/fake_report.ts";

const roles = { champion: "lightgbm", baseline: "naive" };
const common = { ...roles, metric: "rmspe" as const };
const words = (text: string) => text.replaceAll("\u00a0", " ");

describe("comparisonSentence()", () => {
  it("says by how much the champion beats the baseline, or fails to", () => {
    const say = (ours: number | null, theirs: number | null) => words(comparisonSentence("rmspe", ours, theirs, roles));
    expect(say(0.69, 1)).toBe("LightGBM beats naive by 31 %");
    expect(say(1.2, 1)).toBe("LightGBM is 20 % worse than naive");
    expect(say(1.001, 1)).toBe("LightGBM and naive are level");
    expect(say(null, 1)).toBe("LightGBM cannot be compared with naive here");
  });

  it("does not compare the baseline with itself", () => {
    expect(comparisonSentence("rmspe", 1, 1, { champion: "naive", baseline: "naive" }))
      .toBe("No model was chosen over naive");
  });
});

describe("modelComparison()", () => {
  it("draws models best first, in percent, and leaves models without a value to the table", () => {
    const scores = { naive: scoresOf(0.2), lightgbm: scoresOf(0.1), broken: { ...scoresOf(0.1), rmspe: null } };
    const figure = modelComparison(scores, { ...common, window: "holdout" });
    expect(figure.data[0]).toMatchObject({ y: ["LightGBM", "naive"], x: [10, 20] });
    expect(figure.table.rows.map((row) => row.map(words))).toEqual([
      ["LightGBM", "10.0 %", "−50 %"],
      ["naive", "20.0 %", ""],
      ["broken", "–", "–"],
    ]);
  });

  it("draws bias by its distance from zero, and writes it with its sign", () => {
    const scores = { naive: { ...scoresOf(1), bias: -0.2 }, lightgbm: { ...scoresOf(1), bias: -0.1 } };
    const figure = modelComparison(scores, { ...common, metric: "bias", window: "holdout" });
    expect(figure.data[0]).toMatchObject({ x: [10, 20] });
    expect(words(figure.table.rows[0]![1]!)).toBe("−10.0 %");
  });
});

describe("backtestWindows()", () => {
  const window = (origin: string, ours: number | null) => ({
    origin,
    scores: { lightgbm: { ...scoresOf(1), rmspe: ours }, naive: scoresOf(0.2) },
  });

  it("counts only windows in which both have a value", () => {
    const figure = backtestWindows(
      [window("2015-01-01", 0.1), window("2015-02-01", 0.3), window("2015-03-01", null)],
      common,
    );
    expect(figure.title).toBe("LightGBM beats naive in 1 of 2 windows");
  });

  it("orders windows by time", () => {
    const figure = backtestWindows([window("2015-02-01", 0.1), window("2015-01-01", 0.1)], common);
    expect(figure.table.columns).toEqual(["model", "1 Jan 2015", "1 Feb 2015"]);
    expect(figure.title).toBe("LightGBM beats naive in both windows");
  });

  it("puts models that are too many for lines into the table, and says so", () => {
    const scores = Object.fromEntries(
      ["naive", "lightgbm", "a", "b", "c", "d", "e"].map((m, i) => [m, scoresOf(i + 1)]),
    );
    const figure = backtestWindows([{ origin: "2015-01-01", scores }], common);
    expect(figure.data.length).toBe(6);
    expect(figure.table.rows.length).toBe(7);
    expect(figure.subtitle).toContain("1 more model");
  });
});

describe("errorBy()", () => {
  const level = (name: string, ours: number | null, rows = 1) => ({
    level: name,
    rows,
    values: { lightgbm: ours, naive: 0.3 },
  });

  it("names a level without words of its own by its column", () => {
    const slice = { slice: "store_type", title: "store type", levels: [level("a", 0.1), level("b", 0.2)] };
    expect(words(errorBy(slice, common).title)).toBe(
      "Store type b is hardest to forecast: 20.0 %, against 10.0 % for a",
    );
  });

  it("says so when there is nothing to compare", () => {
    const slice = { slice: "is_holiday", title: "is holiday", levels: [level("no", 0.1)] };
    expect(words(errorBy(slice, common).title)).toBe(
      "Nothing to compare: every row has “is holiday: no”; its error is 10.0 %",
    );
  });

  it("does not make much of little differences", () => {
    const slice = { slice: "store_type", title: "store type", levels: [level("a", 0.1), level("b", 0.102)] };
    expect(errorBy(slice, common).title).toBe("The error is about the same for every store type");
  });

  it("keeps the order of the levels, and shows the twenty with the most rows", () => {
    const levels = Array.from({ length: 25 }, (_, i) => level(`s${i}`, 0.1, 100 - i));
    const figure = errorBy({ slice: "state", title: "state", levels }, common);
    expect(figure.layout.yaxis?.categoryarray).toEqual(levels.slice(0, 20).map(({ level }) => level));
    expect(figure.table.rows.length).toBe(25);
    expect(figure.subtitle).toContain("5 more levels");
  });

  it("leaves a gap where a model has no value", () => {
    const slice = { slice: "store_type", title: "store type", levels: [level("a", null), level("b", 0.2)] };
    const figure = errorBy(slice, common);
    expect(figure.data.at(-1)).toMatchObject({ x: [null, 20] });
  });
});

describe("horizonCurve()", () => {
  const curve = (values: number[]) =>
    horizonCurve(values.map((value, i) => ({ step: i + 1, rows: 1, values: { lightgbm: value, naive: 1 } })), {
      ...common,
      frequency: "1d",
    }).title;

  it("says whether the error grows, falls, or stays", () => {
    expect(words(curve([0.1, 0.1, 0.2]))).toBe(
      "The error grows with the horizon: 10.0 % in the first 1 day, 20.0 % in the last 1",
    );
    expect(curve([0.2, 0.1, 0.1])).toMatch(/^The error does not grow/);
    expect(curve([0.1, 0.1, 0.101])).toMatch(/^The error hardly changes/);
  });
});

describe("importanceChart()", () => {
  it("says how few features make half of the gain, and draws the largest only", () => {
    const figure = importanceChart({ a: 3, b: 3, c: 2, d: 2 }, { model: "xgboost", top: 3 });
    expect(figure.title).toBe("2 of 4 features give half of what XGBoost learns");
    expect(figure.data[0]).toMatchObject({ x: [30, 30, 20] });
    expect(figure.table.rows.length).toBe(4);
  });
});

describe("residualHistogram()", () => {
  it("counts every finite residual once, outliers in the outermost bars", () => {
    const residuals = [...Array.from({ length: 1000 }, (_, i) => i - 500), 1e6, -1e6, NaN, Infinity];
    const figure = residualHistogram(residuals, { model: "lightgbm", unit: "EUR" });
    const counts = (figure.data[0] as { y: number[] }).y;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1002);
    expect(counts.length).toBeLessThanOrEqual(42);
    expect(figure.table.rows[0]![0]).toMatch(/^below /);
    expect(figure.table.rows.at(-1)![0]).toMatch(/ and above$/);
    // The 501st and 502nd of the 1,002 misses, by size, are 250 and 251: their middle is written rounded.
    expect(figure.title).toBe("Half of the forecasts miss by 251 EUR or less");
  });

  it("takes residuals that are all the same", () => {
    const figure = residualHistogram(Float64Array.of(0, 0, 0), { model: "lightgbm", unit: "EUR" });
    expect((figure.data[0] as { y: number[] }).y.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});

describe("trainingCurve()", () => {
  it("names the best round, counted from 1", () => {
    const figure = trainingCurve([{ model: "xgboost", metric: "rmse", values: [3, 2, 1, 2] }]);
    expect(figure.title).toBe("XGBoost is best after 3 of 4 rounds");
    expect(figure.table.rows).toEqual([["XGBoost", "rmse", "4", "3", "1", "2"]]);
  });
});

describe("actualVsPredicted()", () => {
  const series: SeriesHistory = {
    id: "7",
    ds: ["2015-07-25", "2015-07-26", "2015-07-27", "2015-07-28"],
    y: [100, 0, 200, null],
    closed: [false, true, false, false],
    promo: [false, false, true, true],
    predictions: { lightgbm: [null, 0, 150, 90], naive: [null, 0, 100, 100], xgboost: [null, 0, 210, 95] },
  };
  const options = { ...roles, from: "2015-07-26", unit: "EUR a day", frequency: "1d" as const };
  const figure = actualVsPredicted(series, options);
  const trace = (name: string) =>
    figure.data.find((one) => (one as { name?: string }).name === name) as unknown as Record<string, unknown>;

  it("compares totals over the days whose sales are known", () => {
    expect(words(figure.title)).toBe(
      "Series 7: the forecast for 26 Jul – 27 Jul 2015 adds up to 25.0 % less than was sold",
    );
  });

  it("draws closed days as a hatch, not as sales of zero", () => {
    expect(trace("actual")["y"]).toEqual([100, null, 200, null]);
    expect(trace("LightGBM")["y"]).toEqual([null, 150, 90]);
    expect(trace("closed")["x"]).toEqual(["2015-07-26"]);
  });

  it("starts a forecast where its values start", () => {
    expect(trace("LightGBM")).toMatchObject({ x0: "2015-07-26", dx: 86_400_000 });
  });

  it("shows champion and baseline, and keeps the other models ready", () => {
    expect([trace("LightGBM"), trace("naive"), trace("xgboost") ?? trace("XGBoost")].map((one) => one["visible"]))
      .toEqual([true, true, "legendonly"]);
  });

  it("puts promotions on the calendar strip, and no strip where there is nothing to show", () => {
    expect(trace("promotion")["x"]).toEqual(["2015-07-27", "2015-07-28"]);
    const { promo: _, ...plain } = series;
    expect(actualVsPredicted(plain, options).layout.yaxis2?.visible).toBe(false);
  });

  it("tables the forecast days with what the calendar says", () => {
    expect(figure.table.columns).toEqual(["date", "actual", "LightGBM", "XGBoost", "naive", "calendar"]);
    expect(figure.table.rows).toEqual([
      ["26 Jul 2015", "0", "0", "0", "0", "closed"],
      ["27 Jul 2015", "200", "150", "210", "100", "promotion"],
      ["28 Jul 2015", "–", "90", "95", "100", "promotion"],
    ]);
  });

  it("writes out dates that are not evenly spaced", () => {
    const gappy = { id: "1", ds: ["2015-01-01", "2015-01-02", "2015-01-09"], y: [1, 2, 3], predictions: {} };
    const drawn = actualVsPredicted(gappy, options).data.find((one) => (one as { name?: string }).name === "actual");
    expect((drawn as { x?: string[] }).x).toEqual(gappy.ds);
  });

  it("leaves its argument as it was", () => {
    expect(series.y).toEqual([100, 0, 200, null]);
  });
});
