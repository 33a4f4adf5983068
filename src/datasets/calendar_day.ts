/**
 * Dates as numbers: days since 1970-01-01, as Polars keeps a Date column inside.
 *
 * @module
 */
const MILLISECONDS = 86_400_000;

/**
 * Reads a date written as `YYYY-MM-DD` into days since 1970-01-01; NaN for anything else, 30 February included.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarDay } from "@/datasets/calendar_day.ts";
 *
 * expect(calendarDay("1970-01-08")).toBe(7);
 * expect(calendarDay("2015-02-30")).toBeNaN();
 * expect(calendarDay("31.07.2015")).toBeNaN();
 * ```
 */
export function calendarDay(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return NaN;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse turns 30 February into 2 March in some engines, so that the way back must lead to the same text.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? NaN : time / MILLISECONDS;
}

/**
 * Writes days since 1970-01-01 as `YYYY-MM-DD`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dayText } from "@/datasets/calendar_day.ts";
 *
 * expect(dayText(16_647)).toBe("2015-07-31");
 * ```
 */
export function dayText(day: number): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

/**
 * The day of the week, 1 for Monday to 7 for Sunday, as Rossmann counts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarDay, dayOfWeek } from "@/datasets/calendar_day.ts";
 *
 * expect(dayOfWeek(calendarDay("2015-07-31"))).toBe(5);
 * ```
 */
export function dayOfWeek(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7 + 1;
}
