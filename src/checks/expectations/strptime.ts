/**
 * Python's `strptime` formats: `%Y-%m-%d`.
 *
 * @module
 */

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const shortest = (names: readonly string[]) => names.map((name) => name.slice(0, 3));
/** Longer names first, or "may" would hide "mayor". */
const oneOf = (names: readonly string[]) => [...names].sort((a, b) => b.length - a.length).join("|");

/** What each directive takes, as CPython's `_strptime` has it. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  d: "3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]",
  f: "[0-9]{1,6}",
  H: "2[0-3]|[0-1]\\d|\\d",
  I: "1[0-2]|0[1-9]|[1-9]",
  G: "\\d\\d\\d\\d",
  j: "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
  m: "1[0-2]|0[1-9]|[1-9]",
  M: "[0-5]\\d|\\d",
  S: "6[0-1]|[0-5]\\d|\\d",
  U: "5[0-3]|[0-4]\\d|\\d",
  W: "5[0-3]|[0-4]\\d|\\d",
  w: "[0-6]",
  u: "[1-7]",
  V: "5[0-3]|0[1-9]|[1-4]\\d|\\d",
  y: "\\d\\d",
  Y: "\\d\\d\\d\\d",
  z: "[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z",
  A: oneOf(DAYS),
  a: oneOf(shortest(DAYS)),
  B: oneOf(MONTHS),
  b: oneOf(shortest(MONTHS)),
  p: "am|pm",
  Z: "utc|gmt",
};
/** Directives that stand for several. */
const COMPOSED: Readonly<Record<string, string>> = {
  c: "%a %b %d %H:%M:%S %Y",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

/**
 * Returns a judge of whether a text is a date in a format, as Python's `datetime.strptime` reads it.
 *
 * @throws {SyntaxError} If the format has a directive that Python does not know, or one twice.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { strptime } from "@/checks/expectations/strptime.ts";
 *
 * const isDay = strptime("%Y-%m-%d");
 * expect(["2015-07-31", "2015-02-29", "31.07.2015"].map(isDay)).toEqual([true, false, false]);
 * ```
 */
export function strptime(format: string): (text: string) => boolean {
  const regex = new RegExp(`^(?:${patternOf(format)})$`, "i");
  return (text) => {
    const groups = regex.exec(text)?.groups;
    return groups !== undefined ? isRealDate(groups) : regex.test(text);
  };
}

function patternOf(format: string): string {
  let whole = format, pattern = "";
  for (const [letter, parts] of Object.entries(COMPOSED)) whole = whole.replaceAll(`%${letter}`, parts);
  const seen = new Set<string>();
  for (let i = 0; i < whole.length; i++) {
    const at = whole[i]!;
    if (/\s/.test(at)) {
      while (/\s/.test(whole[i + 1] ?? "")) i++;
      pattern += "\\s+";
    } else if (at !== "%") {
      pattern += at.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
    } else if (whole[i + 1] === "%") {
      pattern += "%";
      i++;
    } else {
      const letter = whole[++i] ?? "";
      if (!Object.hasOwn(DIRECTIVES, letter) || seen.has(letter)) {
        const reason = seen.has(letter) ? "is there twice" : "is not a directive of strptime";
        throw new SyntaxError(`Cannot read the format ${JSON.stringify(format)} as "%${letter}" ${reason}`);
      }
      seen.add(letter);
      pattern += `(?<${letter}>${DIRECTIVES[letter]})`;
    }
  }
  return pattern;
}

/** Whether the parts name a day and a time that exist. */
function isRealDate(parts: Readonly<Record<string, string | undefined>>): boolean {
  const short = parts.y === undefined ? undefined : Number(parts.y);
  // Python's default year is 1900, which is no leap year.
  const year = parts.Y !== undefined
    ? Number(parts.Y)
    : short === undefined
    ? 1900
    : short + (short < 69 ? 2000 : 1900);
  const name = parts.B ?? parts.b;
  const month = parts.m !== undefined
    ? Number(parts.m)
    : name !== undefined
    ? shortest(MONTHS).indexOf(name.toLowerCase().slice(0, 3)) + 1
    : 1;
  const day = Number(parts.d ?? 1);
  if (year < 1 || Number(parts.S ?? 0) > 59) return false;
  if (parts.j !== undefined && parts.m === undefined && Number(parts.j) > daysIn(year, 2) + 337) {
    // Day 366 of a common year is the first of the next one, for Python.
    return true;
  }
  return day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  // Years below 100 mean 1900 and something to Date, so they are moved by whole cycles of 400.
  return new Date(Date.UTC(year + 400, month, 0)).getUTCDate();
}
