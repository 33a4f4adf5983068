/**
 * Made-up drug stores in the format of Rossmann's files, with the habits and the quirks of the real ones.
 *
 * @module
 */
import type { SyntheticOptions } from "@/core/dataset.ts";
import { random } from "@/core/random.ts";
import { calendarDay, dayOfWeek, dayText } from "@/datasets/calendar_day.ts";
import { stepsFor } from "@/datasets/synthetic/csv_rows.ts";
import { STATE_CALENDARS, stateCalendar } from "@/datasets/synthetic/german_calendar.ts";

const FIRST = calendarDay("2013-01-01");
const USUAL_DAYS = 900;
const HORIZON = 42;

/** Sales by day of week, Monday first, on days without a promotion. */
const WEEK = [1.08, 0.98, 0.95, 0.97, 1.06, 0.96, 1.1];
const PATTERNS = ["Jan,Apr,Jul,Oct", "Feb,May,Aug,Nov", "Mar,Jun,Sept,Dec"];
const HOLIDAY_CODES = ["0", "a", "b", "c"];

/** What is the same for all stores on a day. */
interface Day {
  readonly text: string;
  readonly weekday: number;
  readonly month: number;
  readonly promo: boolean;
  /** Season and payday, as a factor. */
  readonly factor: number;
}

function calendar(days: number): readonly Day[] {
  return Array.from({ length: days }, (_, at) => {
    const day = FIRST + at, text = dayText(day), weekday = dayOfWeek(day);
    const month = Number(text.slice(5, 7)), ofMonth = Number(text.slice(8, 10));
    const ofYear = day - calendarDay(`${text.slice(0, 4)}-01-01`);
    // Promotions run Monday to Friday, every other week.
    const promo = Math.floor((day + 3) / 7) % 2 === 0 && weekday <= 5;
    const summer = 0.04 * Math.sin((2 * Math.PI * (ofYear - 100)) / 365);
    const advent = ofYear > 325 && ofYear < 358 ? (0.45 * (ofYear - 325)) / 33 : 0;
    const payday = ofMonth <= 3 || ofMonth >= 29 ? 0.1 : 0;
    return { text, weekday, month, promo, factor: 1 + summer + advent + payday };
  });
}

/** A store's line in store.csv, and what its sales follow. */
function makeStore(id: number, seed: number, days: number) {
  const chance = random(seed, id);
  const type = chance.pick(["a", "a", "a", "d", "d", "c", "b"]);
  const assortment = chance.pick(["a", "a", "c", "c", "b"]);
  const state = chance.integer(STATE_CALENDARS);
  const competitor = chance.next() < 0.68;
  const opened = Math.floor((chance.next() * 2 - 1.2) * days); // many were there before the records begin
  const openedText = competitor ? dayText(FIRST + opened) : "";
  const promo2 = chance.next() < 0.5;
  const promo2Week = 1 + chance.integer(50), promo2Year = 2009 + chance.integer(6);
  const pattern = chance.integer(3);
  const distance = id % 37 === 20 ? "" : String(10 * (2 + Math.floor(Math.exp(chance.normal() * 1.1 + 5.2))));
  const line = [
    id,
    `"${type}"`,
    `"${assortment}"`,
    distance,
    competitor ? Number(openedText.slice(5, 7)) : "",
    competitor ? openedText.slice(0, 4) : "",
    promo2 ? 1 : 0,
    promo2 ? promo2Week : "",
    promo2 ? promo2Year : "",
    promo2 ? `"${PATTERNS[pattern]}"` : '""',
  ].join(",");
  return {
    line,
    state,
    opensAlways: type === "b",
    level: Math.exp(8.55 + 0.35 * chance.normal() + (type === "b" ? 0.5 : 0) + (assortment === "c" ? 0.1 : 0)),
    lift: 1.32 + 0.1 * chance.normal(),
    week: WEEK.map((factor) => factor * (1 + 0.03 * chance.normal())),
    // Per day; about two percent a year, some stores losing and some gaining more.
    trend: (0.02 + 0.04 * chance.normal()) / 365,
    competitorFrom: competitor ? opened : Infinity,
    promo2From: promo2 ? calendarDay(`${promo2Year}-01-01`) + 7 * promo2Week - FIRST : Infinity,
    promo2Month: pattern,
    basket: 8.5 + chance.normal(),
    refurbished: id % 6 === 5,
    closedFor: id % 11 === 7 ? 10 + chance.integer(20) : 0,
    from: id % 10 === 8 ? Math.floor(days * 0.3) : 0,
    to: id % 25 === 12 ? Math.floor(days * 0.9) : Infinity,
    chance,
  };
}

/** The half year for which refurbished stores have no rows: that of the real ones where the history covers it. */
function refurbishment(days: number): readonly [from: number, to: number] {
  return days > 730 ? [546, 730] : [Math.floor(days / 2), Math.floor(days * 0.7)];
}

/**
 * Writes train.csv, test.csv and store.csv of made-up stores, newest day first as Kaggle has them.
 *
 * Closed Sundays and holidays, promotions every other week, a second promotion, competitors that open, school holidays
 * by state, a half year without rows for every sixth store, stores that open late, close early or are closed for
 * weeks, open days without sales, missing distances and an empty Open in test.csv. The same seed gives the same bytes,
 * and a store's sales do not depend on how many stores there are.
 *
 * @param options.steps Days of history; 900 when left out. test.csv has the 42 days after them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rossmannFiles } from "@/datasets/synthetic/rossmann.ts";
 *
 * const files = rossmannFiles({ series: 3, seed: 1, steps: 30 });
 * expect(Object.keys(files)).toEqual(["train.csv", "test.csv", "store.csv"]);
 * expect(files["train.csv"]!.split("\n")[1]).toMatch(/^1,\d,2013-01-30,/);
 * ```
 */
export function rossmannFiles({ series, seed, steps }: SyntheticOptions): Readonly<Record<string, string>> {
  const days = stepsFor({ series, ...(steps === undefined ? {} : { steps }) }, USUAL_DAYS);
  const all = days + HORIZON;
  const dates = calendar(all);
  const states = Array.from({ length: STATE_CALENDARS }, (_, state) => stateCalendar(state, FIRST, all));
  const stores = Array.from({ length: series }, (_, s) => makeStore(s + 1, seed, days));
  const [gapFrom, gapTo] = refurbishment(days);

  // Sales are drawn store by store, but written day by day: −1 marks a day without a row, −2 a closed one.
  const NO_ROW = -1, CLOSED = -2;
  const sales = new Int32Array(series * all), customers = new Int32Array(series * days);
  stores.forEach((store, s) => {
    const { holiday, school } = states[store.state]!;
    const { normal, next } = store.chance;
    const closedFrom = Math.floor(days * 0.55);
    let mood = 0;
    for (let at = 0; at < all; at++) {
      const day = dates[at]!;
      mood = 0.7 * mood + 0.04 * normal();
      const noise = 0.06 * normal(), luck = next();
      const absent = at < store.from || at >= store.to || (store.refurbished && at >= gapFrom && at < gapTo);
      const closed = (!store.opensAlways && (day.weekday === 7 || holiday[at]! > 0)) ||
        (at >= closedFrom && at < closedFrom + store.closedFor);
      const cell = at * series + s;
      if (absent) sales[cell] = NO_ROW;
      else if (closed) sales[cell] = CLOSED;
      else if (at < days && luck < 0.000_2) sales[cell] = 0;
      else {
        const beforeHoliday = at + 1 < all && holiday[at + 1]! > 0 && day.weekday !== 6 ? 1.15 : 1;
        const second = at >= store.promo2From && (day.month - 1) % 3 === store.promo2Month ? 1.05 : 1;
        const expected = store.level * store.week[day.weekday - 1]! * day.factor * beforeHoliday * second *
          (day.promo ? store.lift * (day.weekday === 1 ? 1.12 : 1) : 1) * (school[at] === 1 ? 1.04 : 1) *
          (at >= store.competitorFrom ? 0.92 : 1) * (1 + store.trend * at);
        sales[cell] = Math.max(1, Math.round(expected * Math.exp(mood + noise)));
      }
      if (at < days && sales[cell]! > 0) {
        customers[cell] = Math.max(1, Math.round(sales[cell]! / (store.basket + (day.promo ? 0.8 : 0) + 0.3 * noise)));
      }
    }
  });

  const train: string[] = [
    '"Store","DayOfWeek","Date","Sales","Customers","Open","Promo","StateHoliday","SchoolHoliday"\n',
  ];
  const test: string[] = ['"Id","Store","DayOfWeek","Date","Open","Promo","StateHoliday","SchoolHoliday"\n'];
  let id = 0;
  for (let at = all - 1; at >= 0; at--) {
    const day = dates[at]!;
    const when = `,${day.weekday},${day.text},`, promo = day.promo ? ",1," : ",0,";
    const about = states.map(({ holiday, school }) => `${promo}"${HOLIDAY_CODES[holiday[at]!]}","${school[at]}"\n`);
    let lines = "";
    for (let s = 0; s < series; s++) {
      const cell = at * series + s, sold = sales[cell]!;
      if (sold === NO_ROW) continue;
      const open = sold === CLOSED ? 0 : 1, tail = about[stores[s]!.state]!;
      if (at < days) lines += `${s + 1}${when}${open * sold},${customers[cell]},${open}${tail}`;
      // One store of forty forgot to say whether it opens, on a week's days.
      else lines += `${++id},${s + 1}${when}${s % 40 === 2 && open === 1 && at >= all - 7 ? "" : open}${tail}`;
    }
    (at < days ? train : test).push(lines);
  }
  const header = '"Store","StoreType","Assortment","CompetitionDistance","CompetitionOpenSinceMonth",' +
    '"CompetitionOpenSinceYear","Promo2","Promo2SinceWeek","Promo2SinceYear","PromoInterval"\n';
  return {
    "train.csv": train.join(""),
    "test.csv": test.join(""),
    "store.csv": `${header}${stores.map((store) => store.line).join("\n")}\n`,
  };
}
