/**
 * A made-up run, large enough to look like one: for tests of the report.
 *
 * @module
 */
import type { Scores } from "@/core/metric.ts";
import type { ReportData } from "@/charts/report/report_data.ts";
import type { SeriesHistory } from "@/charts/actual_vs_predicted.ts";

/** A small generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Scores with every metric in a plausible place. */
export function scoresOf(rmspe: number): Scores {
  return {
    rmspe,
    wmae: rmspe * 5600,
    smape: rmspe * 82,
    rmse: rmspe * 7100,
    mae: rmspe * 5100,
    mape: rmspe * 0.8,
    mase: rmspe * 4.4,
    bias: (rmspe - 0.12) / 5,
  };
}

const DAY = 86_400_000;

/** One shop: closed on Sundays, a promotion every other week, busier before Christmas. */
export function shop(id: number, days: number, to: string, horizon: number, seed = id): SeriesHistory {
  const random = chance(seed);
  const start = Date.parse(to) - (days - 1) * DAY;
  const times = Array.from({ length: days }, (_, i) => start + i * DAY);
  const ds = times.map((time) => new Date(time).toISOString().slice(0, 10));
  const closed = times.map((time) => new Date(time).getUTCDay() === 0);
  const promo = times.map((time, i) => Math.floor(time / DAY / 7) % 2 === 0 && !closed[i]);
  const holiday = ds.map((date) => /-(12-2[56]|01-01|05-01|10-03)$/.test(date));
  const level = 4500 + 900 * id;
  const mean = times.map((time, i) =>
    closed[i] || holiday[i] ? 0 : level * (promo[i] ? 1.35 : 1) * (new Date(time).getUTCMonth() === 11 ? 1.3 : 1) *
      (new Date(time).getUTCDay() === 1 ? 1.15 : 1)
  );
  const y = mean.map((value) => Math.round(value * (0.88 + 0.24 * random())));
  const noisy = (spread: number) =>
    mean.map((value, i) => i < days - horizon ? null : Math.round(value * (1 - spread + 2 * spread * random())));
  return {
    id: String(id),
    label: `store ${id}`,
    ds,
    y,
    promo,
    closed: closed.map((value, i) => value || holiday[i] === true),
    holiday,
    predictions: {
      lightgbm: noisy(0.07),
      xgboost: noisy(0.09),
      seasonal_naive: y.map((_, i) => i < days - horizon ? null : y[i - 42] ?? null),
    },
  };
}

/** The fake run. Pass `Partial<ReportData>` to change what a test is about. */
export function fakeReport(changes: Partial<ReportData> = {}): ReportData {
  const random = chance(7);
  const models = {
    lightgbm: 0.099,
    xgboost: 0.104,
    ensemble: 0.1,
    multiplicative_factor: 0.126,
    group_median: 0.138,
    random_forest: 0.131,
    seasonal_naive: 0.2135,
  };
  const scores = Object.fromEntries(Object.entries(models).map(([model, rmspe]) => [model, scoresOf(rmspe)]));
  const values = (base: number) =>
    Object.fromEntries(
      Object.entries(models).map(([model, rmspe]) => [model, rmspe * base * (0.95 + 0.1 * random())]),
    );
  return {
    dataset: "rossmann",
    title: "Rossmann drug stores, daily",
    unit: "EUR a day",
    frequency: "1d",
    source: "synthetic (100 series, seed 1)",
    asOf: "2015-08-01",
    horizon: 42,
    holdout: { from: "2015-06-20", to: "2015-07-31", rows: 3592 },
    metric: "rmspe",
    champion: "lightgbm",
    baseline: "seasonal_naive",
    scores: { ...scores, holt_winters: { ...scoresOf(0.16), rmspe: null, mase: null } },
    backtest: ["2015-02-14", "2015-03-28", "2015-05-09"].map((origin) => ({
      origin,
      scores: Object.fromEntries(
        Object.entries(models).map(([model, rmspe]) => [model, scoresOf(rmspe * (0.9 + 0.5 * random()))]),
      ),
    })),
    series: [1, 2, 3, 4].map((id) => shop(id, 942, "2015-07-31", 42)),
    errorBy: [
      {
        slice: "day_of_week",
        title: "day of the week",
        levels: ["1", "2", "3", "4", "5", "6", "7"].map((level) => ({
          level,
          rows: level === "7" ? 23 : 590,
          values: values(level === "7" ? 1.6 : 0.85 + 0.05 * Number(level)),
        })),
      },
      {
        slice: "store_type",
        title: "store type",
        levels: ["a", "b", "c", "d"].map((level, i) => ({ level, rows: 900 - 50 * i, values: values(0.9 + 0.1 * i) })),
      },
    ],
    byStep: Array.from({ length: 42 }, (_, i) => ({ step: i + 1, rows: 85, values: values(0.8 + i / 90) })),
    importance: Object.fromEntries(
      ["y_mean_by_store_day_of_week_promo_blocks4", "promo", "y_lag42", "y_rolling_mean_lag42_window28", "day_of_week"]
        .concat(["days_to_holiday", "store", "week", "competition_age", "promo_run_length", "school_holiday", "trend"])
        .concat(Array.from({ length: 40 }, (_, i) => `y_lag${49 + 7 * i}`))
        .map((name, i) => [name, 0.24 * 0.83 ** i]),
    ),
    training: [
      {
        model: "lightgbm",
        metric: "rmse",
        values: Array.from({ length: 400 }, (_, i) => 0.13 + 0.25 * Math.exp(-i / 45) + Math.max(0, i - 320) * 2e-5),
      },
      {
        model: "xgboost",
        metric: "rmse",
        values: Array.from({ length: 300 }, (_, i) => 0.134 + 0.25 * Math.exp(-i / 60)),
      },
    ],
    residuals: Array.from({ length: 3592 }, () => (random() + random() + random() + random() - 1.97) * 900),
    worstRows: Array.from({ length: 10 }, (_, i) => ({
      id: String(100 + i),
      ds: `2015-07-${String(10 + i)}`,
      y: 2100 + 13 * i,
      predicted: 6900 - 420 * i,
      baseline: 5400,
      note: i === 0 ? "first day after a refurbishment" : "",
    })),
    cleaning: [
      {
        table: "train",
        issue: "gap",
        rows: 33120,
        found: "180 stores have no rows from 2014-07-01 to 2014-12-31",
        done: "added as steps without a target: neither trained on nor scored",
      },
      {
        table: "store",
        issue: "missing",
        column: "CompetitionDistance",
        rows: 3,
        found: "3 stores do not say how far the nearest competitor is",
        done: "left missing: trees read it as such",
      },
    ],
    findings: [
      {
        check: "expect_column_values_to_be_between",
        table: "train",
        column: "Sales",
        passed: true,
        severity: "critical",
        observed: 0,
        wanted: "between 0 and 100,000",
      },
      {
        check: "expect_column_values_to_not_be_null",
        table: "store",
        column: "CompetitionDistance",
        passed: false,
        severity: "warning",
        observed: "3 of 1,115 rows are empty",
        wanted: "no empty value",
      },
    ],
    leak: { passed: true, checked: 64 },
    stages: [
      { name: "ingest", seconds: 0.82 },
      { name: "validate", seconds: 0.31 },
      { name: "featurize", seconds: 1.94 },
      { name: "train", seconds: 71.4 },
    ],
    panel: { rows: 94_200, series: 100, from: "2013-01-01", to: "2015-07-31" },
    seed: 1,
    registered: { name: "rossmann", version: 3, stage: "Staging" },
    run: { experiment: "rossmann", id: "0f3c2b1a" },
    revision: "fa5ef80",
    fingerprint: "sha256:5b1f0c7e9a",
    createdAt: "2026-11-21T10:00:00.123Z",
    notes: ["The data is synthetic: scores say that the pipeline works, not how well real sales can be forecast."],
    ...changes,
  };
}
