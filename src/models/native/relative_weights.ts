import { type Sample, sharedFloats } from "@/core/matrix.ts";

/** No row counts more than one whose target is a quarter of the usual: one day of 46 euros must not teach everything. */
const SMALLEST_SHARE = 1 / 4;

/**
 * Weighs rows so that squared errors become squared relative ones: a row counts by 1 / y², which makes least squares the
 * exact minimizer of RMSPE. Rows without sales count nothing, as in the metric; the mean weight is 1.
 *
 * Targets below a quarter of their median count as if they were a quarter of it.
 *
 * @throws {RangeError} If no target is above 0.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { weighedByRelativeError } from "@/models/native/relative_weights.ts";
 *
 * const x = { names: ["a"], rows: 3, data: Float32Array.of(1, 2, 3), categorical: [] };
 * const { weight } = weighedByRelativeError({ x, y: Float32Array.of(10, 20, 0) });
 * expect([...weight!].map((value) => Number(value.toFixed(3)))).toEqual([2.4, 0.6, 0]);
 * ```
 */
export function weighedByRelativeError({ x, y, weight }: Sample): Sample {
  const positive = Float32Array.from(y).filter((value) => value > 0).sort();
  if (positive.length === 0) {
    throw new RangeError("Cannot weigh rows by relative error as a target must be above 0: none is");
  }
  const least = SMALLEST_SHARE * positive[positive.length >> 1]!;
  const weights = sharedFloats(y.length);
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    weights[i] = y[i]! > 0 ? (weight?.[i] ?? 1) / Math.max(least, y[i]!) ** 2 : 0;
    sum += weights[i]!;
  }
  const mean = sum / y.length;
  for (let i = 0; i < weights.length; i++) weights[i]! /= mean;
  return { x, y, weight: weights };
}
