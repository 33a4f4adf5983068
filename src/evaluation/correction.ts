import type { MetricName } from "@/core/metric.ts";
import { loss } from "@/evaluation/metrics/loss.ts";
import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { metrics } from "@/evaluation/metrics/registry.ts";
import { median } from "simple-statistics";

/** Forecasts of one earlier window, with what became of them. */
export interface Outcome extends MetricOptions {
  /** What was sold, in units of y. */
  readonly y: Numbers;
  /** What was forecast, row by row beside y and in its units. */
  readonly yHat: Numbers;
}

/** A factor that forecasts are multiplied by. */
export interface Correction {
  /** 1 means that forecasts are left as they are. */
  readonly factor: number;
  /** The factor that would have been best in each window, in the order given. */
  readonly best: readonly number[];
  /** Why this factor, in a sentence for a person. */
  readonly reason: string;
}

/**
 * Chooses one factor for all forecasts, from how earlier forecasts turned out: a model that was 1.5 % too high in every
 * earlier window is probably too high again.
 *
 * Finds the factor that would have been best in each window and takes their median, within `min` and `max`. A level that
 * was wrong once may be chance, so one window changes nothing, nor does a median that would not have helped in most windows.
 *
 * @param outcomes Out-of-sample forecasts of windows that end before the holdout, in units of y.
 * @throws {RangeError} If lengths differ, or the limits do not enclose 1.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { chooseCorrection } from "@/evaluation/mod.ts";
 *
 * const outcomes = [{ y: [100, 200], yHat: [102, 204] }, { y: [100, 300], yHat: [103, 309] }];
 * const { factor } = chooseCorrection(outcomes, { metric: "rmspe" });
 * expect(factor).toBeCloseTo((1 / 1.02 + 1 / 1.03) / 2, 3);
 * ```
 */
export function chooseCorrection(
  outcomes: readonly Outcome[],
  { metric, min = 0.9, max = 1.1 }: { readonly metric: MetricName; readonly min?: number; readonly max?: number },
): Correction {
  if (!(min > 0 && min <= 1 && max >= 1)) {
    throw new RangeError(`Cannot choose a correction as its limits must enclose 1: they are ${min} and ${max}`);
  }
  const errors = outcomes.map((outcome) => errorAt(outcome, metric));
  const best = errors.map((error) => minimum(error, min, max));
  if (best.length < 2) {
    return { factor: 1, best, reason: `forecasts are left as they are: ${best.length} earlier windows, 2 are needed` };
  }
  const factor = median(best);
  const helped = errors.filter((error) => error(factor) < error(1)).length;
  if (2 * helped <= errors.length) {
    return { factor: 1, best, reason: "forecasts are left as they are: earlier windows disagree about their level" };
  }
  const reason = `× ${
    factor.toFixed(4)
  } would have lowered the ${metric} of ${helped} of ${errors.length} earlier windows`;
  return { factor, best, reason };
}

/**
 * Moves a window's forecasts so that half of them are too high and half too low.
 *
 * The level of a whole window wanders from window to window and cannot be foreseen; what is left after this is the share
 * by which a metric that punishes high forecasts more than low ones, such as rmspe, asks for lower ones every time.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { aroundMiddle } from "@/evaluation/mod.ts";
 *
 * expect(aroundMiddle({ y: [10, 10, 10], yHat: [10, 20, 40] }).yHat).toEqual(Float64Array.of(5, 10, 20));
 * ```
 */
export function aroundMiddle(outcome: Outcome): Outcome {
  const { y, yHat } = outcome;
  const ratios: number[] = [];
  for (let i = 0; i < y.length; i++) if (y[i]! > 0 && yHat[i]! > 0) ratios.push(y[i]! / yHat[i]!);
  const middle = ratios.length === 0 ? 1 : median(ratios);
  return { ...outcome, yHat: Float64Array.from(yHat, (forecast) => forecast * middle) };
}

/** The metric of a window as a function of the factor. */
function errorAt({ y, yHat, weight, scale }: Outcome, metric: MetricName): (factor: number) => number {
  const corrected = new Float64Array(yHat.length);
  return (factor) => {
    for (let i = 0; i < corrected.length; i++) corrected[i] = factor * yHat[i]!;
    const error = loss(metric, metrics[metric](y, corrected, { weight, scale }));
    return Number.isFinite(error) ? error : 0;
  };
}

/** Where a function of one variable is smallest: a coarse grid, then golden sections inside the best cell. */
function minimum(error: (at: number) => number, min: number, max: number, cells = 20): number {
  const grid = Array.from({ length: cells + 1 }, (_, k) => min + (max - min) * k / cells);
  const values = grid.map(error);
  // An undefined or flat error asks for no correction.
  if (values.every((value) => value === values[0])) return 1;
  const at = values.indexOf(Math.min(...values));
  let low = grid[Math.max(0, at - 1)]!, high = grid[Math.min(cells, at + 1)]!;
  const ratio = (Math.sqrt(5) - 1) / 2;
  let left = high - ratio * (high - low), right = low + ratio * (high - low);
  let errorLeft = error(left), errorRight = error(right);
  while (high - low > 1e-5) {
    if (errorLeft <= errorRight) {
      [high, right, errorRight] = [right, left, errorLeft];
      left = high - ratio * (high - low);
      errorLeft = error(left);
    } else {
      [low, left, errorLeft] = [left, right, errorRight];
      right = low + ratio * (high - low);
      errorRight = error(right);
    }
  }
  return (low + high) / 2;
}
