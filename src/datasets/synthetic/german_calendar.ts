/**
 * Public and school holidays of a German state, near enough to the real ones for made-up stores.
 *
 * @module
 */
import { calendarDay } from "@/datasets/calendar_day.ts";
import { easter } from "@/datasets/synthetic/easter.ts";

/** A state's holidays over a stretch of days. */
export interface StateCalendar {
  /** Per day: 0 none, 1 public holiday (`a`), 2 Easter (`b`), 3 Christmas (`c`). */
  readonly holiday: Uint8Array<ArrayBuffer>;
  /** Per day: 1 where schools are closed. */
  readonly school: Uint8Array<ArrayBuffer>;
}

/** How many different calendars there are. */
export const STATE_CALENDARS = 12;

/**
 * The holidays of one of the twelve states that have stores.
 *
 * States differ in Corpus Christi, All Saints' and Reformation Day, and in when their school holidays begin.
 *
 * @param state 0 to 11.
 * @param first The first day, since 1970-01-01.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarDay } from "@/datasets/calendar_day.ts";
 * import { stateCalendar } from "@/datasets/synthetic/german_calendar.ts";
 *
 * const { holiday } = stateCalendar(0, calendarDay("2014-12-24"), 3);
 * expect([...holiday]).toEqual([0, 3, 3]);
 * ```
 */
export function stateCalendar(state: number, first: number, days: number): StateCalendar {
  const holiday = new Uint8Array(days), school = new Uint8Array(days);
  const mark = (values: Uint8Array, from: number, to: number, value: number) => {
    for (let day = Math.max(0, from - first); day <= to - first && day < days; day++) values[day] = value;
  };
  const year = (day: number) => new Date(day * 86_400_000).getUTCFullYear();
  for (let y = year(first) - 1; y <= year(first + days); y++) {
    const on = (monthDay: string) => calendarDay(`${y}-${monthDay}`);
    const sunday = easter(y);
    const catholic = state % 2 === 0;
    const publicDays = [
      on("01-01"),
      on("05-01"),
      sunday + 39,
      sunday + 50,
      on("10-03"),
      ...(catholic ? [sunday + 60, on("11-01")] : [on("10-31")]),
      ...(state % 4 === 0 ? [on("01-06")] : []),
    ];
    for (const day of publicDays) mark(holiday, day, day, 1);
    mark(holiday, sunday - 2, sunday - 2, 2);
    mark(holiday, sunday + 1, sunday + 1, 2);
    mark(holiday, on("12-25"), on("12-26"), 3);
    mark(school, on("12-22"), on("12-22") + 14, 1);
    mark(school, sunday - 7 + state % 3, sunday + 7, 1);
    mark(school, on("06-22") + 4 * state, on("06-22") + 4 * state + 42, 1);
    mark(school, on("10-04") + state, on("10-04") + state + 12, 1);
  }
  return { holiday, school };
}
