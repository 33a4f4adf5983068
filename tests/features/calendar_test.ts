import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { buildFeatures, calendarFeatures, easterDay } from "@/features/mod.ts";
import { panel } from "../support/panel.ts";

const dayOfYear = (date: string) => (Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000 + 1;

describe("easterDay()", () => {
  // From the table of Easter dates in the Explanatory Supplement to the Astronomical Almanac; 1818 and 2038 are the
  // earliest and the latest that there can be.
  const sundays = ["1818-03-22", "1943-04-25", "2000-04-23", "2010-04-04", "2011-04-24", "2012-04-08", "2013-03-31"];
  for (const sunday of [...sundays, "2014-04-20", "2015-04-05", "2016-03-27", "2024-03-31", "2038-04-25"]) {
    it(`finds ${sunday}`, () => expect(easterDay(Number(sunday.slice(0, 4)))).toBe(dayOfYear(sunday)));
  }

  it("is always a Sunday between 22 March and 25 April", () => {
    for (let year = 1900; year <= 2199; year++) {
      const date = new Date(Date.UTC(year, 0, easterDay(year)));
      expect(date.getUTCDay()).toBe(0);
      expect(date.toISOString().slice(5, 10) >= "03-22" && date.toISOString().slice(5, 10) <= "04-25").toBe(true);
    }
  });

  it("refuses years without a Gregorian calendar", () => {
    expect(() => easterDay(1492)).toThrow("from 1583 on: found 1492");
    expect(() => easterDay(2000.5)).toThrow(RangeError);
  });
});

describe("calendarFeatures()", () => {
  const daily = panel({ series: 1, length: 800, start: "2015-01-01" });
  const { frame } = buildFeatures(daily, calendarFeatures(daily.profile), { origin: daily.asOf, horizon: 7 });
  const on = (date: string) => {
    const row = frame.filter(pl.col("ds").cast(pl.Utf8).eq(pl.lit(date))).toRecords()[0]!;
    return (name: string) => row[name];
  };

  it("agree with the calendar on a leap day", () => {
    const day = on("2016-02-29");
    const names = ["day_of_week", "day_of_month", "month", "day_of_year", "week_of_year", "year", "days_to_month_end"];
    expect(names.map(day)).toEqual([1, 29, 2, 60, 9, 2016, 0]);
  });

  it("count ISO weeks: 1 January 2016 still belongs to week 53", () => {
    expect(on("2016-01-01")("week_of_year")).toBe(53);
    expect(on("2016-01-04")("week_of_year")).toBe(1);
  });

  it("count the days to the end of every month", () => {
    const ends = ["2015-02-28", "2015-04-30", "2015-12-31"];
    expect(ends.map((date) => on(date)("days_to_month_end"))).toEqual([0, 0, 0]);
    expect(on("2015-03-01")("days_to_month_end")).toBe(30);
  });

  it("of weekly data tell how far Easter is, this year and last", () => {
    const weekly = panel({ series: 1, length: 130, start: "2010-02-05", profile: { frequency: "1w" } });
    const table = buildFeatures(weekly, calendarFeatures(weekly.profile), { origin: weekly.asOf, horizon: 7 });
    const week = table.frame.filter(pl.col("ds").cast(pl.Utf8).eq(pl.lit("2012-04-06"))).toRecords()[0]!;
    // Easter was on 8 April 2012; 364 days before that week it was 8 April 2011, with Easter on the 24th.
    expect([week["easter_distance"], week["easter_distance_year_ago"]]).toEqual([2, 16]);
    expect(week["first_week_of_month"]).toBe(1);
    expect(table.frame.columns).not.toContain("day_of_week");
  });
});
