/**
 * How numbers and dates are written for people.
 *
 * @module
 */

/** What stands where there is no value. */
export const MISSING = "–";

const NBSP = "\u00a0";
const MINUS = "−";

function decimals(value: number, digits: number): string {
  const text = Math.abs(value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  // A value that rounds to zero has no sign.
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

function missing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * Writes a count: whole, with thousands separators.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatCount } from "@/charts/format.ts";
 *
 * expect(formatCount(41088)).toBe("41,088");
 * ```
 */
export function formatCount(value: number | null | undefined): string {
  return missing(value) ? MISSING : decimals(value, 0);
}

/**
 * Writes a count with its noun.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatNumberOf } from "@/charts/format.ts";
 *
 * expect(formatNumberOf(1, "model")).toBe("1 model");
 * expect(formatNumberOf(1200, "row")).toBe("1,200 rows");
 * ```
 */
export function formatNumberOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/**
 * Writes an amount of sales: whole units below ten thousand, then k or M with one decimal.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatSales } from "@/charts/format.ts";
 *
 * expect(formatSales(5263)).toBe("5,263");
 * expect(formatSales(12345)).toBe("12.3k");
 * expect(formatSales(2_000_000)).toBe("2.0M");
 * expect(formatSales(null)).toBe("–");
 * ```
 */
export function formatSales(value: number | null | undefined): string {
  if (missing(value)) return MISSING;
  const size = Math.abs(value);
  // 999,950 and more would round to 1,000.0k.
  if (size >= 999_950) return `${decimals(value / 1e6, 1)}M`;
  if (size >= 10_000) return `${decimals(value / 1e3, 1)}k`;
  // Small sales (a few items a day) would lose everything to rounding.
  return decimals(value, size < 10 && !Number.isInteger(value) ? 1 : 0);
}

/**
 * Writes a share as a percentage.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatPercent } from "@/charts/format.ts";
 *
 * expect(formatPercent(0.0994)).toBe("9.9\u00a0%");
 * ```
 */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  return missing(share) ? MISSING : decimals(share * 100, digits) + NBSP + "%";
}

/**
 * Writes a relative difference with its sign.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatChange } from "@/charts/format.ts";
 *
 * expect(formatChange(-0.312)).toBe("−31\u00a0%");
 * expect(formatChange(0.04)).toBe("+4\u00a0%");
 * ```
 */
export function formatChange(share: number | null | undefined, digits = 0): string {
  if (missing(share)) return MISSING;
  const text = formatPercent(share, digits);
  return share > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/**
 * Writes a date with the month's name, so that no reader has to guess the order.
 *
 * @param iso `YYYY-MM-DD`; what follows is left out. Any other text is given back as it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatDate } from "@/charts/format.ts";
 *
 * expect(formatDate("2015-06-20")).toBe("20 Jun 2015");
 * ```
 */
export function formatDate(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[Number(match[2]) - 1];
  return month ? `${Number(match[3])} ${month} ${match[1]}` : iso;
}

/**
 * Writes a moment to the minute, in UTC.
 *
 * @param time An ISO 8601 text in UTC, or milliseconds since 1970.
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatTime } from "@/charts/format.ts";
 *
 * expect(formatTime("2026-11-21T19:30:12.5Z")).toBe("2026-11-21 19:30");
 * expect(formatTime(0)).toBe("1970-01-01 00:00");
 * ```
 */
export function formatTime(time: string | number): string {
  const iso = typeof time === "string" ? time : new Date(time).toISOString();
  return iso.slice(0, 16).replace("T", " ");
}

/**
 * Writes a span of dates, first to last.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatDates } from "@/charts/format.ts";
 *
 * expect(formatDates("2015-06-20", "2015-07-31")).toBe("20 Jun – 31 Jul 2015");
 * ```
 */
export function formatDates(from: string, to: string): string {
  const first = formatDate(from), last = formatDate(to);
  return `${from.slice(0, 4) === to.slice(0, 4) ? first.replace(/ \d{4}$/, "") : first} – ${last}`;
}

/**
 * Writes how long something took.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formatDuration } from "@/charts/format.ts";
 *
 * expect(formatDuration(0.0412)).toBe("41 ms");
 * expect(formatDuration(7.25)).toBe("7.3 s");
 * expect(formatDuration(192)).toBe("3 min 12 s");
 * ```
 */
export function formatDuration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${decimals(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
]
  .concat("December");

/** Columns whose codes have names that everybody knows; the code is the position, counted from the first number. */
const CODES: Readonly<Record<string, { readonly from: number; readonly names: readonly string[] }>> = {
  day_of_week: { from: 1, names: WEEKDAYS },
  month: { from: 1, names: MONTHS },
  promo: { from: 0, names: ["no promotion", "promotion"] },
  is_holiday: { from: 0, names: ["no holiday", "holiday"] },
  school_holiday: { from: 0, names: ["no school holiday", "school holiday"] },
};

/**
 * Names a level of a slice: weekdays (ISO, 1 = Monday), months and flags get their words, all else stays as it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { levelName } from "@/charts/format.ts";
 *
 * expect(levelName("day_of_week", "7")).toBe("Sunday");
 * expect(levelName("store_type", "a")).toBe("a");
 * ```
 */
export function levelName(slice: string, level: string): string {
  const codes = CODES[slice];
  return (codes && /^\d+$/.test(level) ? codes.names[Number(level) - codes.from] : undefined) ?? level;
}
