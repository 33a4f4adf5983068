/**
 * Made-up store departments in the format of Walmart's files, with the habits and the quirks of the real ones.
 *
 * @module
 */
import type { SyntheticOptions } from "@/core/dataset.ts";
import { random } from "@/core/random.ts";
import { calendarDay, dayOfWeek, dayText } from "@/datasets/calendar_day.ts";
import { stepsFor } from "@/datasets/synthetic/csv_rows.ts";
import { gridOfSeries } from "@/datasets/synthetic/grid_of_series.ts";

/** A Friday. */
const FIRST = calendarDay("2010-02-05");
const USUAL_WEEKS = 143;
const HORIZON = 13;
/** Departments per store, divided by stores: 8 stores have 12 departments each. */
const SHAPE = 1.5;

interface Week {
  readonly text: string;
  /** 0 none, 1 Super Bowl, 2 Labor Day, 3 Thanksgiving, 4 Christmas. */
  readonly holiday: number;
  /** Share of the year that has passed. */
  readonly ofYear: number;
  /** The two weeks before the week of Christmas, when presents are bought. */
  readonly advent: boolean;
}

/** The n-th given weekday (1 is Monday) of a month, in days since 1970-01-01. */
function nthWeekday(n: number, weekday: number, year: number, month: number): number {
  const first = calendarDay(`${year}-${String(month).padStart(2, "0")}-01`);
  return first + (weekday - dayOfWeek(first) + 7) % 7 + 7 * (n - 1);
}

function calendar(weeks: number): readonly Week[] {
  return Array.from({ length: weeks }, (_, at) => {
    const day = FIRST + 7 * at, text = dayText(day), year = Number(text.slice(0, 4));
    const within = (date: number) => date <= day && date > day - 7;
    const christmas = calendarDay(`${year}-12-25`);
    const events = [nthWeekday(2, 5, year, 2), nthWeekday(1, 1, year, 9), nthWeekday(4, 4, year, 11), christmas];
    return {
      text,
      holiday: events.findIndex(within) + 1,
      ofYear: (day - calendarDay(`${year}-01-01`)) / 365.25,
      advent: within(christmas - 7) || within(christmas - 14),
    };
  });
}

function makeStore(id: number, seed: number) {
  const chance = random(seed, 1, id);
  const type = chance.pick(["A", "A", "B", "B", "C"]);
  const size = Math.round({ A: 180_000, B: 110_000, C: 41_000 }[type]! * (1 + 0.15 * chance.normal()));
  return {
    type,
    size: Math.max(20_000, size),
    warmth: 55 + 10 * chance.normal(),
    cpi: 130 + chance.next() * 90,
    unemployment: 8 + chance.normal(),
    chance,
  };
}

/** What a department's sales follow, in whatever store. */
function makeDepartment(id: number, seed: number) {
  const chance = random(seed, 2, id);
  return {
    level: Math.exp(9 + 0.9 * chance.normal()),
    // Each department has its own season, and its own holidays that matter.
    amplitude: 0.05 + 0.2 * chance.next(),
    peak: chance.next(),
    holidays: [0, 0.15 * chance.next(), 0.1 * chance.next(), 0.9 * chance.next() ** 2, -0.1 * chance.next()],
    advent: 0.7 * chance.next() ** 2,
    returns: id % 12 === 11,
  };
}

const money = (value: number): string => String(Math.round(value * 100) / 100);

/** The line of a store's week in features.csv: markdowns begin late, CPI and unemployment end early. */
function featureLines(store: number, seed: number, weeks: readonly Week[], history: number) {
  const { warmth, cpi, unemployment, chance: { next, normal } } = makeStore(store, seed);
  const markdownsFrom = Math.floor(history * 0.6), lastKnown = history + Math.floor((weeks.length - history) * 0.7);
  let lines = "";
  let fuel = 2.6;
  weeks.forEach((week, at) => {
    fuel = Math.max(2, fuel + 0.01 + 0.05 * normal());
    const temperature = warmth - 22 * Math.cos(2 * Math.PI * week.ofYear) + 4 * normal();
    const markdowns = [3_000, 1_500, 900, 1_200, 3_500].map((usual, k) => {
      const present = at >= markdownsFrom && (k === 0 || k === 4 || next() < 0.75);
      const holiday = week.holiday > 0 && k === 2 ? 20 : 1;
      return present ? money(usual * holiday * Math.exp(0.7 * normal()) - (next() < 0.01 ? 2 * usual : 0)) : "NA";
    });
    const economy = at < lastKnown
      ? `${(cpi + 0.04 * at).toFixed(7)},${(unemployment - 0.008 * Math.floor(at / 13) * 13).toFixed(3)}`
      : "NA,NA";
    lines += `${store},${week.text},${temperature.toFixed(2)},${fuel.toFixed(3)},${markdowns.join(",")},${economy},` +
      `${week.holiday > 0 ? "TRUE" : "FALSE"}\n`;
  });
  return lines;
}

/**
 * Writes train.csv, test.csv, stores.csv and features.csv of made-up store departments.
 *
 * Seasons by department, lifts at holidays and before Christmas, weeks in which returns exceed sales, departments that
 * start late, stop early or skip weeks, series that only test.csv has, `NA` where nothing is known, and a stores.csv
 * whose lines end in CR alone. The same seed gives the same bytes.
 *
 * @param options.series Store departments: 96 are 8 stores of 12 departments.
 * @param options.steps Weeks of history; 143 when left out. test.csv has the 13 weeks after them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { walmartFiles } from "@/datasets/synthetic/walmart.ts";
 *
 * const files = walmartFiles({ series: 4, seed: 1, steps: 20 });
 * expect(files["stores.csv"]).toMatch(/^Store,Type,Size\r1,[ABC],\d+\r/);
 * ```
 */
export function walmartFiles({ series, seed, steps }: SyntheticOptions): Readonly<Record<string, string>> {
  const history = stepsFor({ series, ...(steps === undefined ? {} : { steps }) }, USUAL_WEEKS);
  const weeks = calendar(history + HORIZON);
  const cells = gridOfSeries(series, SHAPE);
  const count = cells.at(-1)!.store;
  const stores = Array.from({ length: count }, (_, s) => makeStore(s + 1, seed));
  const departments = new Map<number, ReturnType<typeof makeDepartment>>();

  const train: string[] = ["Store,Dept,Date,Weekly_Sales,IsHoliday\n"],
    test: string[] = ["Store,Dept,Date,IsHoliday\n"];
  const tails = weeks.map((week) => week.holiday > 0 ? ",TRUE\n" : ",FALSE\n");
  cells.forEach(({ store, product: dept }, i) => {
    let known = departments.get(dept);
    if (known === undefined) departments.set(dept, known = makeDepartment(dept, seed));
    const department = known;
    const { next, normal } = random(seed, 3, store, dept);
    const level = department.level * (stores[store - 1]!.size / 120_000) * Math.exp(0.3 * normal());
    const trend = 0.05 * normal() / 52;
    const from = i % 40 === 29 ? history : i % 10 === 7 ? Math.floor(history * 0.35) : 0;
    const to = i % 15 === 11 ? Math.floor(history * 0.85) : Infinity;
    const skips = i % 9 === 4 ? 0.05 : 0;
    let mood = 0, past = "", future = "";
    for (let at = 0; at < weeks.length; at++) {
      const week = weeks[at]!;
      mood = 0.6 * mood + 0.05 * normal();
      const noise = normal(), luck = next(), returned = next();
      if (at < from || at >= to) continue;
      if (at >= history) {
        if (luck >= 0.02) future += `${store},${dept},${week.text}${tails[at]}`;
        continue;
      }
      if (luck < skips) continue;
      const season = 1 + department.amplitude * Math.cos(2 * Math.PI * (week.ofYear - department.peak)) +
        department.holidays[week.holiday]! + (week.advent ? department.advent : 0);
      let sales = level * season * (1 + trend * at) * Math.exp(mood + 0.05 * noise);
      if (department.returns) sales = 0.01 * sales - (returned < 0.1 ? 0.03 * level * returned * 10 : 0);
      past += `${store},${dept},${week.text},${money(sales)}${tails[at]}`;
    }
    train.push(past);
    test.push(future);
  });
  return {
    "train.csv": train.join(""),
    "test.csv": test.join(""),
    "stores.csv": ["Store,Type,Size", ...stores.map(({ type, size }, s) => `${s + 1},${type},${size}`)].join("\r"),
    "features.csv": [
      "Store,Date,Temperature,Fuel_Price,MarkDown1,MarkDown2,MarkDown3,MarkDown4,MarkDown5,CPI,Unemployment,IsHoliday\n",
      ...stores.map((_, s) => featureLines(s + 1, seed, weeks, history)),
    ].join(""),
  };
}
