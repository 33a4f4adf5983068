/**
 * The ensemble's forecasts, learnt from earlier windows only.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { MetricName } from "@/core/metric.ts";
import {
  aroundMiddle,
  chooseCorrection,
  type Correction,
  type Fraction,
  metricSums,
  type Outcome,
  scoreOfSums,
} from "@/evaluation/mod.ts";
import { blend, type BlendSpace, blendTold, searchWeights, toSpace } from "@/models/mod.ts";

/** What a blend has learnt. */
export interface BlendChoice {
  /** Member → its weight; they add up to 1. */
  readonly weights: Readonly<Record<string, number>>;
  readonly correction: Correction;
  readonly space: BlendSpace;
}

/** How a blend is learnt. */
export interface BlendOptions {
  readonly members: readonly string[];
  readonly space: BlendSpace;
  readonly metric: MetricName;
  /** Member → how much it counts before any window has taught anything, relative to the others; 1 where it is left out. */
  readonly prior?: Readonly<Record<string, number>>;
}

/** What a window has to say of a blend's weights. */
export interface WindowErrors {
  /** How many rows it has. */
  readonly rows: number;
  /** Its error when members are weighed so; null where the metric is undefined. */
  errorAt(weights: Float64Array): number | null;
}

/** What a window's forecasts say of weights: added up exactly, so that what parts of it say adds up to the same. */
export function windowErrors(frame: DataFrame, options: BlendOptions): WindowErrors {
  const sums = errorSums(frame, options), found = new Map<string, number | null>();
  return {
    rows: frame.height,
    errorAt(weights) {
      const key = weights.join();
      // A window teaches several others: each weight is tried once.
      if (!found.has(key)) found.set(key, scoreOfSums(options.metric, sums(weights)));
      return found.get(key)!;
    },
  };
}

/** The sums behind a window's error, for any weights. */
export function errorSums(
  frame: DataFrame,
  { members, space, metric }: BlendOptions,
): (weights: Float64Array) => Fraction {
  const y = numbers(frame, "y"), weight = numbers(frame, "weight"), scale = numbers(frame, "scale");
  const told = members.map((name) => numbers(frame, name).map((forecast) => toSpace(forecast, space)));
  return (weights) => metricSums(metric, y, blendTold(told, weights, space), { weight, scale });
}

/** How much a window counts beside the next one: models had learnt from less when they forecast it. */
const OLDER = 0.5;

/**
 * Learns the weights of a blend from what windows say of them, the newest of which say most.
 *
 * @param windows Oldest first.
 * @returns Member → its weight; they add up to 1. The prior weights, equal unless told, where there is no window.
 */
export function learnWeights(
  windows: readonly WindowErrors[],
  { members, prior = {} }: BlendOptions,
): Record<string, number> {
  const shares = members.map((name) => prior[name] ?? 1), whole = shares.reduce((sum, share) => sum + share, 0);
  const before = shares.map((share) => share / whole);
  if (windows.length === 0) return Object.fromEntries(members.map((name, k) => [name, before[k]!]));
  const learnt = searchWeights({
    members: members.length,
    rows: windows.reduce((sum, { rows }) => sum + rows, 0),
    errorOf(weights) {
      let [sum, all] = [0, 0];
      windows.forEach((window, at) => {
        const error = window.errorAt(weights), counts = OLDER ** (windows.length - 1 - at);
        if (error === null) return;
        sum += counts * Math.abs(error);
        all += counts;
      });
      return sum / all;
    },
  });
  // Weights that a few windows taught are noisy, and equal ones hard to beat (Timmermann 2006): half of each.
  return Object.fromEntries(members.map((name, k) => [name, (learnt[k]! + before[k]!) / 2]));
}

/**
 * Learns weights and a level correction from the forecasts of windows that lie in the past of whoever uses them.
 *
 * @param windows One frame per window, oldest first (see `windowFrame`); none at all gives the prior weights, equal unless told.
 * @param errors What the windows say of weights, where that is known already.
 */
export function learnBlend(
  windows: readonly DataFrame[],
  options: BlendOptions,
  errors: readonly WindowErrors[] = windows.map((frame) => windowErrors(frame, options)),
): BlendChoice {
  const { space, metric } = options;
  const weights = learnWeights(errors, options);
  if (!asksForLower(metric)) return { weights, correction: levelCorrection([], metric), space };
  const outcomes = windows.map((frame) => ({
    y: numbers(frame, "y"),
    yHat: blended(frame, weights, space),
    weight: numbers(frame, "weight"),
    scale: numbers(frame, "scale"),
  }));
  return { weights, correction: levelCorrection(outcomes, metric), space };
}

/** Percentage errors are smaller where forecasts are lower. */
export const asksForLower = (metric: MetricName): boolean => metric === "rmspe" || metric === "mape";

/** How much lower than their middle forecasts should be: only percentage errors ask for it. */
export function levelCorrection(outcomes: readonly Outcome[], metric: MetricName): Correction {
  if (asksForLower(metric)) {
    // All of it, unlike the weights: on seven earlier windows of Rossmann half of it cost 0.3 % of the error.
    return chooseCorrection(outcomes.map(aroundMiddle), { metric });
  }
  return { factor: 1, best: [], reason: `forecasts are left as they are: ${metric} does not ask for lower ones` };
}

/** The blend's forecasts of one window. */
export function applyBlend(frame: DataFrame, { weights, correction, space }: BlendChoice): Float64Array<ArrayBuffer> {
  return blended(frame, weights, space).map((value) => value * correction.factor);
}

/**
 * Forecasts every window with a blend that other windows taught: each window of the backtest with what the rest of the
 * backtest taught, the holdout with all of it. The holdout itself teaches nobody.
 *
 * Leaving one out, rather than walking forward, gives every window a blend of the same quality: otherwise the ensemble
 * would enter the comparison with equal weights in the first window, and the comparison would not be one.
 *
 * @param backtest One frame per window (see `windowFrame`).
 * @returns The forecasts of each backtest window, those of the holdout, and what the holdout's blend is.
 */
export function blendWindows(backtest: readonly DataFrame[], holdout: DataFrame, options: BlendOptions): {
  readonly backtest: readonly Float64Array<ArrayBuffer>[];
  readonly holdout: Float64Array<ArrayBuffer>;
  readonly choice: BlendChoice;
} {
  const errors = backtest.map((frame) => windowErrors(frame, options));
  const choice = learnBlend(backtest, options, errors);
  return {
    backtest: backtest.map((frame, at) =>
      applyBlend(frame, learnBlend(backtest.toSpliced(at, 1), options, errors.toSpliced(at, 1)))
    ),
    holdout: applyBlend(holdout, choice),
    choice,
  };
}

function blended(frame: DataFrame, weights: Readonly<Record<string, number>>, space: BlendSpace) {
  const members = Object.keys(weights);
  return blend(members.map((name) => numbers(frame, name)), members.map((name) => weights[name]!), space);
}

/** A numeric column of a frame without nulls. */
export function numbers(frame: DataFrame, name: string): Float64Array {
  return Float64Array.from(frame.getColumn(name).toTypedArray() as ArrayLike<number>);
}
