/**
 * The ensemble's forecasts, learnt from earlier windows only.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { MetricName } from "@/core/metric.ts";
import { aroundMiddle, chooseCorrection, type Correction, metrics, type Outcome } from "@/evaluation/mod.ts";
import { blend, type BlendSpace, blendWeights } from "@/models/mod.ts";

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

/**
 * Learns weights and a level correction from the forecasts of windows that lie in the past of whoever uses them.
 *
 * @param windows One frame per window, oldest first (see `windowFrame`); none at all gives the prior weights, equal unless told.
 */
export function learnBlend(
  windows: readonly DataFrame[],
  { members, space, metric, prior = {} }: BlendOptions,
): BlendChoice {
  const shares = members.map((name) => prior[name] ?? 1), whole = shares.reduce((sum, share) => sum + share, 0);
  const before = shares.map((share) => share / whole);
  if (windows.length === 0) {
    const weights = Object.fromEntries(members.map((name, k) => [name, before[k]!]));
    return { weights, correction: levelCorrection([], metric), space };
  }
  const all = windows.length === 1 ? windows[0]! : pl.concat([...windows]);
  const at = Float64Array.from(windows.flatMap((frame, window) => Array<number>(frame.height).fill(window)));
  const learnt = blendWeights(numbers(all, "y"), members.map((name) => numbers(all, name)), {
    metric: metrics[metric],
    weight: numbers(all, "weight"),
    scale: numbers(all, "scale"),
    window: at,
    space,
  });
  // Weights that a few windows taught are noisy, and equal ones hard to beat (Timmermann 2006): half of each.
  const weights = Object.fromEntries(members.map((name, k) => [name, (learnt[k]! + before[k]!) / 2]));
  const outcomes = windows.map((frame) => ({
    y: numbers(frame, "y"),
    yHat: blended(frame, weights, space),
    weight: numbers(frame, "weight"),
    scale: numbers(frame, "scale"),
  }));
  return { weights, correction: levelCorrection(outcomes, metric), space };
}

/** How much lower than their middle forecasts should be: only percentage errors ask for it. */
function levelCorrection(outcomes: readonly Outcome[], metric: MetricName): Correction {
  if (metric === "rmspe" || metric === "mape") {
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
  const choice = learnBlend(backtest, options);
  return {
    backtest: backtest.map((frame, at) => applyBlend(frame, learnBlend(backtest.toSpliced(at, 1), options))),
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
