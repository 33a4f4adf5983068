/**
 * Easter, the holiday that moves and takes the sales of a whole spring with it.
 *
 * @module
 */

/**
 * Tells on which day of the year Easter Sunday falls (1 = 1 January), by the Gregorian calendar.
 *
 * Source: the "anonymous" algorithm in Meeus, Astronomical Algorithms, chapter 8.
 *
 * @throws {RangeError} If the year is before 1583, when there was no Gregorian calendar.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { easterDay } from "@/features/easter.ts";
 *
 * expect(easterDay(2015)).toBe(31 + 28 + 31 + 5); // 5 April
 * ```
 */
export function easterDay(year: number): number {
  if (!Number.isInteger(year) || year < 1583) {
    throw new RangeError(`Cannot tell when Easter is as the year must be an integer from 1583 on: found ${year}`);
  }
  const golden = year % 19;
  const century = Math.floor(year / 100), inCentury = year % 100;
  const leapCenturies = Math.floor(century / 4), correction = Math.floor((century + 8) / 25);
  const epact = (19 * golden + century - leapCenturies - Math.floor((century - correction + 1) / 3) + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - inCentury % 4) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  const month = Math.floor(days / 31), day = days % 31 + 1;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return (month === 3 ? 59 : 90) + leap + day;
}
