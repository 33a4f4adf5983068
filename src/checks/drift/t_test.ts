/**
 * Student's t for two samples.
 *
 * @module
 */
import { studentTails } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";

/**
 * Asks whether the mean has changed.
 *
 * The number is the two-sided p-value with a pooled variance, as `scipy.stats.ttest_ind`; of two columns that never vary
 * it is 1 where they are equal and 0 where they are not.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { numberSample, tTest } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [numberSample(Float64Array.of(1, 2, 3)), numberSample(Float64Array.of(4, 5, 6))];
 * expect(tTest.measure(a, b)).toBeCloseTo(0.0213, 4);
 * ```
 */
export const tTest: DriftTest = {
  name: "t_test",
  title: "t_test",
  kinds: ["numerical"],
  scale: "p-value",
  atThreshold: "same",
  threshold: 0.05,
  measure({ values: x }, { values: y }) {
    const degrees = x.length + y.length - 2;
    if (degrees < 1) {
      throw new RangeError(`Cannot compare ${x.length} with ${y.length} values as a t test needs 3 in all`);
    }
    const [meanX, squaresX] = moments(x), [meanY, squaresY] = moments(y);
    if (meanX === meanY) return 1;
    const error = Math.sqrt((squaresX + squaresY) / degrees * (1 / x.length + 1 / y.length));
    return studentTails((meanX - meanY) / error, degrees);
  },
};

/** The mean, and the sum of squared distances from it. */
function moments(values: Float64Array): [number, number] {
  let sum = 0, squares = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return [mean, squares];
}
