/**
 * Steps of a series as dates.
 *
 * @module
 */
import type { Frequency } from "@/core/panel.ts";

/** Days between two steps. */
export const daysOf = (frequency: Frequency): number => frequency === "1w" ? 7 : 1;

/**
 * The date `steps` steps after a date (before it, when negative), `YYYY-MM-DD`.
 *
 * @throws {RangeError} If it is not a date.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { addSteps } from "@/pipeline/time.ts";
 *
 * expect(addSteps("2015-02-27", 2, "1d")).toBe("2015-03-01");
 * expect(addSteps("2012-01-06", -1, "1w")).toBe("2011-12-30");
 * ```
 */
export function addSteps(date: string, steps: number, frequency: Frequency): string {
  return Temporal.PlainDate.from(date).add({ days: steps * daysOf(frequency) }).toString();
}

/** How many steps lie between two dates of the same grid. */
export function stepsBetween(from: string, to: string, frequency: Frequency): number {
  const { days } = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "day" });
  return days / daysOf(frequency);
}

/** A frame's date column as `YYYY-MM-DD` texts. */
export const isoDate = (date: Date): string => date.toISOString().slice(0, 10);
