/**
 * Scores as sums, so that errors of parts can be joined into errors of the whole.
 *
 * @module
 */
import { METRIC_NAMES, type MetricName, type Scores } from "@/core/metric.ts";
import { addTo, type Expansion, rounded } from "@/evaluation/metrics/exact_sum.ts";
import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";

/** A metric's two sums: what errors add up to, and what that is divided by. */
export interface Fraction {
  /** The sum above the line, exact. */
  readonly over: Expansion;
  /** The sum below the line, exact. */
  readonly under: Expansion;
}

/** The sums behind every metric, on some rows; they survive JSON. */
export type ScoreSums = Readonly<Record<MetricName, Fraction>>;

/** A metric, row by row: what a row adds above and below; undefined where it does not count. */
interface Terms {
  readonly row: (y: number, yHat: number, weight: number, scale: number) => readonly [number, number] | undefined;
  readonly of?: (fraction: number) => number;
}

const TERMS: Readonly<Record<MetricName, Terms>> = {
  rmspe: { row: (y, yHat) => y > 0 ? [((yHat - y) / y) ** 2, 1] : undefined, of: Math.sqrt },
  wmae: { row: (y, yHat, weight) => [weight * Math.abs(yHat - y), weight] },
  smape: {
    row: (y, yHat) => [Math.abs(y) + Math.abs(yHat) > 0 ? Math.abs(yHat - y) / (Math.abs(y) + Math.abs(yHat)) : 0, 1],
    of: (mean) => 200 * mean,
  },
  rmse: { row: (y, yHat) => [(yHat - y) ** 2, 1], of: Math.sqrt },
  mae: { row: (y, yHat) => [Math.abs(yHat - y), 1] },
  mape: { row: (y, yHat) => y > 0 ? [Math.abs(yHat - y) / y, 1] : undefined },
  mase: { row: (y, yHat, _weight, scale) => scale > 0 ? [Math.abs(yHat - y) / scale, 1] : undefined },
  bias: { row: (y, yHat) => [yHat - y, y] },
};

/** Adds up what every metric needs. Without a scale, mase has no rows. */
export function scoreSums(y: Numbers, yHat: Numbers, options: MetricOptions = {}): ScoreSums {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, metricSums(name, y, yHat, options)])) as ScoreSums;
}

/**
 * Adds up what one metric needs.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { joinFractions, metricSums, scoreOfSums } from "@/evaluation/metrics/score_sums.ts";
 *
 * const parts = [metricSums("mae", [10], [12]), metricSums("mae", [20], [19])];
 * expect(scoreOfSums("mae", joinFractions(parts))).toBe(1.5);
 * ```
 */
export function metricSums(name: MetricName, y: Numbers, yHat: Numbers, options: MetricOptions = {}): Fraction {
  const over: Expansion = [], under: Expansion = [], { row } = TERMS[name], { weight, scale } = options;
  for (let i = 0; i < y.length; i++) {
    const terms = row(y[i]!, yHat[i]!, weight === undefined ? 1 : weight[i]!, scale === undefined ? 0 : scale[i]!);
    if (terms === undefined) continue;
    addTo(over, terms[0]);
    addTo(under, terms[1]);
  }
  return { over, under };
}

/** Joins one metric's sums of parts. */
export function joinFractions(parts: readonly Fraction[]): Fraction {
  const over: Expansion = [], under: Expansion = [];
  for (const part of parts) {
    for (const value of part.over) addTo(over, value);
    for (const value of part.under) addTo(under, value);
  }
  return { over, under };
}

/** Joins the sums of parts. */
export function joinScoreSums(parts: readonly ScoreSums[]): ScoreSums {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, joinFractions(parts.map((part) => part[name]))]),
  ) as ScoreSums;
}

/** The score that one metric's sums come to; null where there is nothing to divide by. */
export function scoreOfSums(name: MetricName, { over, under }: Fraction): number | null {
  const divisor = rounded(under), { of = (fraction: number) => fraction } = TERMS[name];
  return divisor > 0 ? of(rounded(over) / divisor) : null;
}

/**
 * The scores that sums come to; null where a metric has nothing to divide by.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { joinScoreSums, scoresOf, scoreSums } from "@/evaluation/metrics/score_sums.ts";
 *
 * const parts = [scoreSums([10], [12]), scoreSums([20], [19])];
 * expect(scoresOf(joinScoreSums(parts)).mae).toBe(1.5);
 * ```
 */
export function scoresOf(sums: ScoreSums): Scores {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, scoreOfSums(name, sums[name])])) as Scores;
}
