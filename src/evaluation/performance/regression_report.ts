/**
 * A regression report with the content of Evidently's RegressionPreset: quality, errors, bias, errors by feature.
 *
 * @module
 */
import type {
  BiasFeature,
  BiasGroup,
  RegressionDay,
  RegressionQuality,
  RegressionReport,
} from "@/core/performance_report.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/** The share of rows at either end that count as far off. */
const TAIL = 0.05, BINS = 30, QUANTILES = 99, SAMPLE = 400;

/**
 * Reports on forecasts.
 *
 * @param features Feature → its value in each row.
 * @param dates The date of each row.
 * @throws {RangeError} If there are no rows, or the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { regressionReport } from "@/evaluation/mod.ts";
 *
 * const y = Array.from({ length: 40 }, (_, i) => 100 + i), promo = y.map((_, i) => i % 2);
 * const { quality, bias } = regressionReport(y, y.map((sold, i) => sold + (promo[i] ? 10 : -10)), { promo });
 * expect([quality.meanError, quality.meanAbsoluteError]).toEqual([0, 10]);
 * expect(bias[0]).toMatchObject({ feature: "promo", underestimation: 0, overestimation: 1 });
 * ```
 */
export function regressionReport(
  y: Numbers,
  yHat: Numbers,
  features: Readonly<Record<string, ArrayLike<number | string | null>>> = {},
  dates: readonly string[] = [],
): RegressionReport {
  sameLength("report on forecasts", "y", y, "yHat", yHat);
  if (y.length === 0) throw new RangeError("Cannot report on forecasts as there are none whose sales are known");
  const errors = Float64Array.from(y, (sold, i) => yHat[i]! - sold);
  const order = Uint32Array.from(errors, (_, i) => i).sort((a, b) => errors[a]! - errors[b]!);
  const sorted = Float64Array.from(order, (row) => errors[row]!);
  // As Evidently cuts them: what lies at a quantile belongs to the tail.
  const [low, high] = [linearQuantile(sorted, TAIL), linearQuantile(sorted, 1 - TAIL)];
  const under = order.filter((row) => errors[row]! <= low), over = order.filter((row) => errors[row]! >= high);
  const between = order.filter((row) => errors[row]! > low && errors[row]! < high);
  const group = (name: BiasGroup["group"], rows: Uint32Array): BiasGroup => {
    const own = Float64Array.from(rows, (row) => errors[row]!);
    return { group: name, rows: rows.length, meanError: mean(own), stdError: std(own) };
  };
  return {
    quality: qualityOf(y, errors),
    errors: histogram(errors),
    normality: normality(order.length, (at) => sorted[at]!, mean(errors), std(errors)),
    sample: Array.from({ length: Math.min(SAMPLE, order.length) }, (_, i) => {
      const row = order[Math.floor((i + 0.5) * order.length / Math.min(SAMPLE, order.length))]!;
      return { y: y[row]!, yHat: yHat[row]! };
    }),
    days: daysOf(dates, y, yHat),
    groups: [group("majority", between), group("underestimation", under), group("overestimation", over)],
    bias: Object.entries(features).map(([feature, values]) => biasOf(feature, values, { all: order, under, over }))
      .toSorted((a, b) => b.range - a.range),
  };
}

/** Between the two values that are nearest to it, as numpy has it. */
function linearQuantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1), at = Math.floor(place), beyond = place - at;
  const low = sorted[at]!, high = sorted[Math.min(at + 1, sorted.length - 1)]!;
  return beyond < 0.5 ? low + (high - low) * beyond : high - (high - low) * (1 - beyond);
}

function daysOf(dates: readonly string[], y: Numbers, yHat: Numbers): RegressionDay[] {
  const byDay = Map.groupBy(dates.keys(), (row) => dates[row]!);
  return [...byDay].toSorted(([a], [b]) => a < b ? -1 : 1).map(([ds, rows]) => {
    const errors = rows.map((row) => yHat[row]! - y[row]!).toSorted((a, b) => a - b);
    const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))]!;
    const [sold, forecast] = [y, yHat].map((values) => mean(rows.map((row) => values[row]!))) as [number, number];
    return { ds, rows: rows.length, y: sold, yHat: forecast, low: at(0.1), high: at(0.9) };
  });
}

function qualityOf(y: Numbers, errors: Float64Array): RegressionQuality {
  const absolute = errors.map(Math.abs);
  const percentages: number[] = [];
  for (let i = 0; i < errors.length; i++) if (y[i] !== 0) percentages.push(100 * absolute[i]! / Math.abs(y[i]!));
  const middle = mean(Float64Array.from(y)), squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  let total = 0;
  for (let i = 0; i < y.length; i++) total += (y[i]! - middle) ** 2;
  return {
    rows: y.length,
    meanError: mean(errors),
    meanErrorStd: std(errors),
    meanAbsoluteError: mean(absolute),
    meanAbsoluteErrorStd: std(absolute),
    meanAbsolutePercentageError: percentages.length > 0 ? mean(percentages) : null,
    meanAbsolutePercentageErrorStd: percentages.length > 0 ? std(percentages) : null,
    rootMeanSquaredError: Math.sqrt(squares / errors.length),
    maxAbsoluteError: absolute.reduce((most, value) => Math.max(most, value), 0),
    r2: total > 0 ? 1 - squares / total : null,
  };
}

function histogram(errors: Float64Array): RegressionReport["errors"] {
  const sorted = errors.toSorted();
  // The outer hundredth decides the picture of nothing: it is counted into the last bins.
  const [low, high] = [sorted[Math.floor(sorted.length * 0.005)]!, sorted[Math.ceil(sorted.length * 0.995) - 1]!];
  const width = (high - low) / BINS || 1, counts = new Array<number>(BINS).fill(0);
  for (const error of errors) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((error - low) / width)));
    counts[bin] = counts[bin]! + 1;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => low + i * width), counts };
}

function normality(rows: number, sorted: (at: number) => number, mean: number, std: number) {
  const points = Math.min(QUANTILES, rows);
  return Array.from({ length: points }, (_, i) => {
    const share = (i + 0.5) / points;
    return {
      expected: mean + std * normalQuantile(share),
      found: sorted(Math.min(rows - 1, Math.floor(share * rows))),
    };
  });
}

/** Acklam's rational approximation, good to nine digits; enough for a picture. */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
          4.374664141464968) * q + 2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
  }
  const q = p - 0.5, r = q * q;
  return (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
        30.66479806614716) * r + 2.506628277459239) *
    q /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
          13.28068155288572) * r + 1);
}

function biasOf(
  feature: string,
  values: ArrayLike<number | string | null>,
  { all, under, over }: Readonly<Record<"all" | "under" | "over", Uint32Array>>,
): BiasFeature {
  const numeric = Array.from(values).every((value) => value === null || typeof value === "number");
  const summed = (rows: Uint32Array) => {
    const own = Array.from(rows, (row) => values[row]).filter((value) => value !== null && value !== undefined);
    return numeric ? mean(own as number[]) : mostFrequent(own as string[]);
  };
  const [majority, underestimation, overestimation] = [summed(all), summed(under), summed(over)];
  const known = numeric ? (Array.from(values) as (number | null)[]).filter((value) => value !== null) : [];
  const spread = known.reduce((most, value) => Math.max(most, value), -Infinity) -
    known.reduce((least, value) => Math.min(least, value), Infinity);
  const range = !numeric
    ? Number(underestimation !== overestimation)
    : spread > 0
    ? 100 * Math.abs(Number(overestimation) - Number(underestimation)) / spread
    : 0;
  return { feature, majority, underestimation, overestimation, range };
}

function mostFrequent(values: readonly string[]): string {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? "";
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
};

/** With ddof 1, as pandas and Evidently have it; 0 for a single value. */
const std = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - middle) ** 2;
  return values.length > 1 ? Math.sqrt(sum / (values.length - 1)) : 0;
};
