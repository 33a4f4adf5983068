import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import Holidays from "date-holidays";
import { calendarDay, dayText } from "@/datasets/calendar_day.ts";
import { easter } from "@/datasets/synthetic/easter.ts";
import { stateCalendar } from "@/datasets/synthetic/german_calendar.ts";

describe("easter()", () => {
  it("agrees with date-holidays from 1990 to 2050", () => {
    const calendar = new Holidays("DE");
    for (let year = 1990; year <= 2050; year++) {
      const sunday = calendar.getHolidays(year).find((day) => day.rule === "easter")!;
      expect(dayText(easter(year))).toBe(sunday.date.slice(0, 10));
    }
  });
});

describe("stateCalendar()", () => {
  it("marks holidays by kind, schools' too", () => {
    const first = calendarDay("2015-01-01"), { holiday, school } = stateCalendar(1, first, 365);
    const on = (date: string) => holiday[calendarDay(date) - first];
    expect([on("2015-01-01"), on("2015-04-03"), on("2015-04-05"), on("2015-12-25"), on("2015-07-01")]).toEqual([
      1,
      2,
      0,
      3,
      0,
    ]);
    expect(school[0]).toBe(1);
    expect(school.reduce((a, b) => a + b)).toBeGreaterThan(60);
  });
});
