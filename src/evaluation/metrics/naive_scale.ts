import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * How wrong "the same as last season" was for each series inside the training data: the yardstick of mase.
 *
 * Rows are the training steps of regular series, each series in order of time; y may be NaN where it is not known.
 *
 * @param y The target, in units of y.
 * @param series The series of each row, as a code 0, 1, 2, …
 * @param options.seasonLength Steps after which the season repeats: 7 for daily, 52 for weekly data.
 * @param options.power 2 for squared errors (msse).
 * @param options.count How many series there are; one more than the largest code when left out.
 * @returns Per series code the mean of |y(t) − y(t − season)| to that power; NaN for a series with no such pair.
 * @throws {RangeError} If the lengths differ, or the season is not a positive whole number.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { naiveScale } from "@/evaluation/mod.ts";
 *
 * const scale = naiveScale([1, 2, 4, 8, 5], [0, 0, 0, 0, 1], { seasonLength: 2 });
 * expect([...scale]).toEqual([(3 + 6) / 2, NaN]);
 * ```
 */
export function naiveScale(
  y: Numbers,
  series: Numbers,
  { seasonLength, count, power = 1 }: {
    readonly seasonLength: number;
    readonly count?: number;
    readonly power?: 1 | 2;
  },
): Float64Array<ArrayBuffer> {
  sameLength("measure the seasonal naive error", "y", y, "series", series);
  if (!Number.isInteger(seasonLength) || seasonLength < 1) {
    throw new RangeError(
      `Cannot measure the seasonal naive error as a season must be >= 1 step: it is ${seasonLength}`,
    );
  }
  let codes = count ?? 0;
  if (count === undefined) { for (let i = 0; i < series.length; i++) codes = Math.max(codes, series[i]! + 1); }
  const sum = new Float64Array(codes), pairs = new Uint32Array(codes);
  // One pass over a million rows; a group-by would need the lagged column too.
  for (let i = seasonLength; i < y.length; i++) {
    const code = series[i]!;
    if (series[i - seasonLength] !== code) continue;
    const gap = Math.abs(y[i]! - y[i - seasonLength]!);
    if (Number.isNaN(gap)) continue;
    sum[code]! += power === 2 ? gap * gap : gap;
    pairs[code]!++;
  }
  return sum.map((total, code) => pairs[code]! > 0 ? total / pairs[code]! : NaN);
}
