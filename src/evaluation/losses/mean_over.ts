import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/**
 * The mean of what each row costs; rows whose cost is not a number (0 / 0) do not count. Null when no row counts.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { meanOver } from "@/evaluation/losses/mean_over.ts";
 *
 * expect(meanOver([1, 2], [3, 5], (y, yHat) => yHat - y)).toBe(2.5);
 * ```
 */
export function meanOver(
  y: Numbers,
  yHat: Numbers,
  cost: (y: number, yHat: number, row: number) => number,
): number | null {
  sameLength("score forecasts", "y", y, "yHat", yHat);
  let sum = 0, rows = 0;
  for (let i = 0; i < y.length; i++) {
    const value = cost(y[i]!, yHat[i]!, i);
    if (Number.isNaN(value)) continue;
    sum += value;
    rows++;
  }
  return rows > 0 ? sum / rows : null;
}
