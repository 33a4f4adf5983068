/**
 * Dates that cannot be meant: a year mistyped, a placeholder such as 2099-12-31.
 *
 * @module
 */
import pl, { type Series } from "nodejs-polars";
import type { DataPlace } from "@/core/errors.ts";
import { dayText } from "@/datasets/calendar_day.ts";
import { refusal } from "@/datasets/refusal.ts";

/** No retail table pauses for longer than this many days. */
const LONGEST_PAUSE = 400;

/**
 * Refuses a table in which one date stands far from all the others: sales records are a chain of dates without a pause
 * of more than 400 days, and between the years 1990 and 2100.
 *
 * @throws {DatasetError} Naming the first row on the smaller side of the first such pause.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { plausibleDates } from "@/datasets/plausible_dates.ts";
 *
 * const dates = pl.Series("Date", [16_640, 16_641, 47_481], pl.Int32).cast(pl.Date);
 * expect(() => plausibleDates(dates, {})).toThrow("found 2099-12-31");
 * ```
 */
export function plausibleDates(dates: Series, place: DataPlace): void {
  const distinct = Int32Array.from(dates.dropNulls().unique().cast(pl.Int32).toArray() as number[]).sort();
  if (distinct.length === 0) return;
  const days = () => dates.cast(pl.Int32).toArray() as (number | null)[];
  const refuse = (suspect: (day: number) => boolean, expected: string) => {
    const row = days().findIndex((day) => day !== null && suspect(day));
    return refusal({ ...place, row: row + 1 }, expected, dayText(days()[row]!));
  };
  const earliest = Date.UTC(1990) / 86_400_000, latest = Date.UTC(2100) / 86_400_000;
  if (distinct[0]! < earliest || distinct.at(-1)! >= latest) {
    throw refuse((day) => day < earliest || day >= latest, "a date between the years 1990 and 2100");
  }
  for (let i = 1; i < distinct.length; i++) {
    const before = distinct[i - 1]!, after = distinct[i]!;
    if (after - before <= LONGEST_PAUSE) continue;
    const rows = days();
    const early = rows.filter((day) => day !== null && day <= before).length;
    const lateIsOdd = early * 2 >= rows.length;
    throw refuse(
      (day) => lateIsOdd ? day >= after : day <= before,
      lateIsOdd
        ? `a date within ${LONGEST_PAUSE} days of the others, which end ${dayText(before)}`
        : `a date within ${LONGEST_PAUSE} days of the others, which begin ${dayText(after)}`,
    );
  }
}
