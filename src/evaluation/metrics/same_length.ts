import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Makes sure that two columns describe the same rows.
 *
 * @param what What is being done, for the message: `score forecasts`.
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sameLength } from "@/evaluation/metrics/same_length.ts";
 *
 * expect(() => sameLength("score forecasts", "y", [1, 2], "yHat", [1])).toThrow("y has 2 rows, yHat has 1");
 * ```
 */
export function sameLength(what: string, aName: string, a: Numbers, bName: string, b: Numbers): void {
  if (a.length !== b.length) {
    throw new RangeError(
      `Cannot ${what} as ${aName} and ${bName} must have as many rows: ${aName} has ${a.length} rows, ` +
        `${bName} has ${b.length}`,
    );
  }
}
