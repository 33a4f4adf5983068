import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { scoreBySlice, type SliceScore } from "@/evaluation/slices.ts";

/** Scores of the steps `from` to `to` ahead. */
export interface HorizonScore extends Omit<SliceScore<number>, "level"> {
  /** The first step ahead, from 1. */
  readonly from: number;
  /** The last step ahead; the last point of a curve may be shorter than the others. */
  readonly to: number;
}

/**
 * Shows how the error grows with the distance of the forecast: the first week ahead, the second, and so on.
 *
 * @param step How many steps ahead each row was forecast: 1, 2, …
 * @param options.width Steps per point of the curve: 7 makes weeks of days.
 * @throws {RangeError} If the lengths differ, or the width is not a positive whole number.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { horizonCurve } from "@/evaluation/mod.ts";
 *
 * const curve = horizonCurve([10, 10, 10], [11, 12, 15], [1, 2, 3], { width: 2 });
 * expect(curve.map(({ from, to, scores }) => [from, to, scores.mae])).toEqual([[1, 2, 1.5], [3, 3, 5]]);
 * ```
 */
export function horizonCurve(
  y: Numbers,
  yHat: Numbers,
  step: Numbers,
  { width = 1, weight, scale }: MetricOptions & { readonly width?: number } = {},
): HorizonScore[] {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`Cannot draw a horizon curve as a point must cover >= 1 steps: current width is ${width}`);
  }
  let last = 0;
  for (let i = 0; i < step.length; i++) last = Math.max(last, step[i]!);
  const bucket = Float64Array.from(step, (ahead) => Math.floor((ahead - 1) / width));
  return scoreBySlice<number>(y, yHat, bucket, { weight, scale }).map(({ level, rows, scores }) => ({
    from: level * width + 1,
    to: Math.min((level + 1) * width, last),
    rows,
    scores,
  }));
}
