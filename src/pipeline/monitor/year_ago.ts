/**
 * Which weeks of last year a window is like.
 *
 * @module
 */
import { daysOfYear } from "@/checks/mod.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { dayNumber, easterDay } from "@/features/mod.ts";

/** Days around Easter Sunday whose sales are Easter's doing. */
const BEFORE = 28, AFTER = 7;

/**
 * How many days before a window its like of last year is: 52 weeks, and as far as Easter has moved where more than half of
 * its days, or of those 52 weeks before, are Easter's. Of a window that only touches them, the date says more.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { yearAgo } from "@/pipeline/monitor/year_ago.ts";
 *
 * const daily = { frequency: "1d", yearLength: 364 } as const;
 * expect(yearAgo(daily)({ from: "2015-06-01", to: "2015-06-15" })).toBe(364);
 * expect(yearAgo(daily)({ from: "2015-03-28", to: "2015-04-11" })).toBe(350); // 20 April, then 5 April
 * expect(yearAgo(daily)({ from: "2015-02-28", to: "2015-03-14" })).toBe(364); // a few days of it are Easter's
 * expect(yearAgo(daily)({ from: "2015-04-11", to: "2015-04-25" })).toBe(350); // 52 weeks before was Easter
 * ```
 */
export function yearAgo(profile: Pick<DatasetProfile, "frequency" | "yearLength">) {
  const usual = daysOfYear(profile);
  return ({ from, to }: { readonly from: string; readonly to: string }): number => {
    const year = Number(to.slice(0, 4)), sunday = easter(year), before = easter(year - 1);
    const [start, end] = [dayNumber(from), dayNumber(to)], most = (end - start) / 2;
    const isEaster = daysOfEaster(sunday, start, end) > most || daysOfEaster(before, start - usual, end - usual) > most;
    return isEaster ? before.until(sunday, { largestUnit: "day" }).days : usual;
  };
}

/** How many days of a window are Easter's. */
function daysOfEaster(sunday: Temporal.PlainDate, start: number, end: number): number {
  const day = dayNumber(sunday.toString());
  return Math.min(end, day + AFTER + 1) - Math.max(start, day - BEFORE);
}

function easter(year: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).add({ days: easterDay(year) - 1 });
}
