/**
 * How good an estimate of errors to come is: what was expected at rolling origins, beside what was found.
 *
 * @module
 */
import {
  BAND_STEPS,
  bandAt,
  estimateLoss,
  type KnownLoss,
  lastExcess,
  lossEstimate,
} from "@/evaluation/performance/loss_estimate.ts";
import { taughtOrigins } from "@/evaluation/performance/taught_origins.ts";

/** Expected and found errors of some steps of the horizon, as absolute percentage errors (0.1 is 10 %). */
export interface LossBand {
  /** Steps ahead: `1–7`. */
  readonly band: string;
  /** How many origins were replayed. */
  readonly origins: number;
  /** Means over the origins. */
  readonly expected: number;
  /** What it turned out to be, on average over the origins. */
  readonly found: number;
  /** How far the two were apart at an origin, on average, without sign. */
  readonly miss: number;
  /** The same of somebody who always expects the mean of the origins before. */
  readonly meanMiss: number;
}

/** Forecasts whose errors were expected to be alike. */
export interface LossGroup {
  /** The mean of what was expected. */
  readonly expected: number;
  /** The mean of what was found. */
  readonly found: number;
}

/** What replays of rolling origins say of the estimate. */
export interface LossCalibration {
  /** By how far ahead. */
  readonly bands: readonly LossBand[];
  /** All forecasts in five groups of as many, those expected to be best first. */
  readonly fifths: readonly LossGroup[];
}

const GROUPS = 5;

/**
 * Estimates the errors of each origin before any of its days were known, from the origins before it, and compares them with
 * what came. Without an origin that has three before it, there are no bands and no groups.
 *
 * @param options.stepDays Days of a step: origins that overlap do not teach.
 * @param options.horizon The last step, for the name of its band.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lossCalibration } from "@/evaluation/mod.ts";
 *
 * const origins = ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"];
 * const rows = origins.flatMap((origin) => Array.from({ length: 14 * 10 }, (_, i) => {
 *   const uniqueId = String(i % 10), loss = 0.1 * (uniqueId < "5" ? 1 : 2); // half of the shops are hard to forecast
 *   return { uniqueId, origin, step: Math.floor(i / 10) + 1, loss, groups: {} };
 * }));
 * const { bands, fifths } = lossCalibration(rows);
 * expect(bands.map(({ band, origins }) => [band, origins])).toEqual([["1–7", 1], ["8–14", 1]]);
 * expect(fifths.map(({ found }) => Math.round(100 * found))).toEqual([10, 10, 15, 20, 20]);
 * ```
 */
export function lossCalibration(
  rows: readonly KnownLoss[],
  { stepDays = 1, horizon = Infinity }: { readonly stepDays?: number; readonly horizon?: number } = {},
): LossCalibration {
  const judged: { readonly band: number; readonly expected: number; readonly found: number; readonly mean: number }[] =
    [];
  const all: LossGroup[] = [];
  for (const { own, teachers } of taughtOrigins(rows, stepDays)) {
    const estimate = lossEstimate(teachers), expected = estimateLoss(estimate, own, recentOf(estimate, teachers));
    own.forEach(({ loss }, i) => all.push({ expected: expected[i]!, found: loss }));
    for (const [band, at] of Map.groupBy(own.keys(), (i) => bandAt(own[i]!.step))) {
      const before = teachers.filter(({ step }) => bandAt(step) === band).map(({ loss }) => loss);
      judged.push({
        band,
        expected: meanOf(at.map((i) => expected[i]!)),
        found: meanOf(at.map((i) => own[i]!.loss)),
        mean: before.length === 0 ? estimate.mean : meanOf(before),
      });
    }
  }
  const bands = [...Map.groupBy(judged, ({ band }) => band)].toSorted(([a], [b]) => a - b);
  return {
    bands: bands.map(([band, own]) => ({
      band: `${band * BAND_STEPS + 1}–${Math.min(horizon, (band + 1) * BAND_STEPS)}`,
      origins: own.length,
      expected: meanOf(own.map(({ expected }) => expected)),
      found: meanOf(own.map(({ found }) => found)),
      miss: meanOf(own.map(({ expected, found }) => Math.abs(expected - found))),
      meanMiss: meanOf(own.map(({ mean, found }) => Math.abs(mean - found))),
    })),
    fifths: fifthsOf(all),
  };
}

/** How unusual the newest week of the newest origin was, series by series. */
function recentOf(estimate: ReturnType<typeof lossEstimate>, teachers: readonly KnownLoss[]) {
  const newest = teachers.reduce((most, { origin }) => origin > most ? origin : most, "");
  return lastExcess(estimate, teachers.filter(({ origin }) => origin === newest));
}

function fifthsOf(all: readonly LossGroup[]): LossGroup[] {
  if (all.length < GROUPS) return [];
  const sorted = all.toSorted((a, b) => a.expected - b.expected);
  return Array.from({ length: GROUPS }, (_, k) => {
    const [from, to] = [k, k + 1].map((at) => Math.floor(at * sorted.length / GROUPS)) as [number, number];
    const own = sorted.slice(from, to);
    return { expected: meanOf(own.map(({ expected }) => expected)), found: meanOf(own.map(({ found }) => found)) };
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
