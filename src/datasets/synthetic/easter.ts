/**
 * The date of Easter, on which half of the holidays hang.
 *
 * @module
 */

/**
 * Easter Sunday of a year, in days since 1970-01-01 (Gregorian calendar; the anonymous algorithm of 1876).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dayText } from "@/datasets/calendar_day.ts";
 * import { easter } from "@/datasets/synthetic/easter.ts";
 *
 * expect(dayText(easter(2015))).toBe("2015-04-05");
 * ```
 */
export function easter(year: number): number {
  const a = year % 19, b = Math.floor(year / 100), c = year % 100;
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / 86_400_000;
}
