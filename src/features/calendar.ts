/**
 * What the date alone foretells: the weekday, the time of the month when wages arrive, the season, Easter.
 *
 * These features read only `ds`, so the builder computes them once per date instead of once per row.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { easterDay } from "@/features/easter.ts";
import { expression } from "@/features/expression.ts";

const FIRST_YEAR = 1900, LAST_YEAR = 2200;
/** Further from Easter than this it is just another week. */
const EASTER_CAP = 30;

/**
 * Lists the calendar features of a dataset: daily ones know weekdays, weekly ones do not.
 *
 * Units: day_of_week 1 (Monday) to 7, day_of_month 1–31, month 1–12, day_of_year 1–366, week_of_year 1–53 (ISO 8601),
 * days_to_month_end 0–30, easter_distance (weekly only: daily data has echoes) days to Easter Sunday of the same year,
 * positive before it, −30 to 30.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { calendarFeatures } from "@/features/calendar.ts";
 *
 * const names = calendarFeatures({ frequency: "1w" }).map(({ name }) => name);
 * expect(names).toContain("week_of_year");
 * expect(names).not.toContain("day_of_week");
 * ```
 */
export function calendarFeatures({ frequency }: Pick<DatasetProfile, "frequency">): Feature[] {
  const ds = pl.col("ds"), day = ds.dt.day();
  const always = [
    calendar("month", ds.dt.month()),
    calendar("day_of_year", ds.dt.ordinalDay()),
    calendar("week_of_year", ds.dt.week()),
    calendar("year", ds.dt.year()),
  ];
  if (frequency === "1w") {
    // A year ago on the same week number: whether that week's sales had Easter in them.
    const lastYear = shiftedDays(ds, -364);
    return [
      ...always,
      calendar("easter_distance", capped(ds)),
      calendar("easter_distance_year_ago", capped(lastYear)),
      calendar("first_week_of_month", day.ltEq(7)),
    ];
  }
  return [
    calendar("day_of_week", ds.dt.weekday()),
    calendar("day_of_month", day),
    calendar("days_to_month_end", daysInMonth(ds).sub(day)),
    ...always,
  ];
}

function calendar(name: string, expr: Expr): Feature {
  return expression(name, expr, { reads: ["ds"] });
}

function shiftedDays(ds: Expr, days: number): Expr {
  return ds.cast(pl.Int32).add(days).cast(pl.Int32).cast(pl.Date);
}

/** Days to Easter Sunday of the same year: positive before it, negative after it. */
export function easterDistance(ds: Expr): Expr {
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, at) => FIRST_YEAR + at);
  const easter = ds.dt.year().cast(pl.Int32).replaceStrict(years, years.map(easterDay), pl.lit(null), pl.Int32);
  return easter.sub(ds.dt.ordinalDay().cast(pl.Int32));
}

function capped(ds: Expr): Expr {
  return easterDistance(ds).clip(-EASTER_CAP, EASTER_CAP);
}

function daysInMonth(ds: Expr): Expr {
  const month = ds.dt.month().cast(pl.Int32), year = ds.dt.year().cast(pl.Int32);
  const leap = year.rem(4).eq(0).and(year.rem(100).neq(0).or(year.rem(400).eq(0)));
  const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const usual = month.replaceStrict(lengths.map((_, at) => at + 1), lengths, pl.lit(null), pl.Int32);
  return pl.when(month.eq(2).and(leap)).then(pl.lit(29)).otherwise(usual);
}
