import type { Scores } from "@/core/metric.ts";
import type { MetricOptions, Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";
import { scoresOf, scoreSums } from "@/evaluation/metrics/score_sums.ts";

/**
 * Scores forecasts by every metric at once: one line of the table that models are compared by.
 *
 * All columns have one value per row, in units of y. Metrics that are undefined for these rows are null.
 *
 * @throws {RangeError} If the lengths differ, or a value is missing or infinite: a forecast that is not a number must not
 * drop out of its own score.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { score } from "@/evaluation/mod.ts";
 *
 * const scores = score(Float64Array.of(100, 200), Float64Array.of(110, 180));
 * expect(scores.mae).toBe(15);
 * expect(scores.rmspe).toBeCloseTo(0.1);
 * expect(scores.mase).toBe(null);
 * ```
 */
export function score(y: Numbers, yHat: Numbers, options: MetricOptions = {}): Scores {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  refuseMissing("y", y);
  refuseMissing("yHat", yHat);
  if (options.weight) sameLength("score forecasts", "y", y, "weight", options.weight);
  if (options.scale) sameLength("score forecasts", "y", y, "scale", options.scale);
  // Sums that can be joined: a part's scores add up to the whole's, bit for bit.
  return scoresOf(scoreSums(y, yHat, options));
}

function refuseMissing(name: string, values: Numbers): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) {
      throw new RangeError(
        `Cannot score forecasts as every value must be a finite number: ${name} is ${values[i]} in row ${i}`,
      );
    }
  }
}
