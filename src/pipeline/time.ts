/**
 * Steps of a series as dates.
 *
 * @module
 */
import type { Frequency } from "@/core/panel.ts";

/** Days between two steps. */
export const daysOf = (frequency: Frequency): number => frequency === "1w" ? 7 : 1;

/** The date `steps` steps after a date (before it, when negative), `YYYY-MM-DD`. */
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
