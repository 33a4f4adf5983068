/**
 * Made-up items in stores, in the format of the Store-Item files: levels, weekdays, months and growth, multiplied.
 *
 * @module
 */
import type { SyntheticOptions } from "@/core/dataset.ts";
import { random } from "@/core/random.ts";
import { calendarDay, dayOfWeek, dayText } from "@/datasets/calendar_day.ts";
import { stepsFor } from "@/datasets/synthetic/csv_rows.ts";
import { gridOfSeries } from "@/datasets/synthetic/grid_of_series.ts";

const FIRST = calendarDay("2013-01-01");
const USUAL_DAYS = 1_200;
const HORIZON = 90;
/** Items per store, divided by stores: 5 stores have 12 items each. */
const SHAPE = 2.4;

/** Sales by day of week, Monday first, and by month. */
const WEEK = [0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2];
const YEAR = [0.7, 0.75, 0.9, 1.05, 1.15, 1.25, 1.3, 1.2, 1.1, 1, 1.05, 0.8];

/**
 * Writes train.csv and test.csv of made-up items, series after series as Kaggle has them.
 *
 * Sales are counts around store × item × day of week × month × growth. Every twentieth series starts late.
 * The same seed gives the same bytes.
 *
 * @param options.series Items in stores: 60 are 5 stores of 12 items.
 * @param options.steps Days of history; 1,200 when left out. test.csv has the 90 days after them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { storeItemFiles } from "@/datasets/synthetic/store_item.ts";
 *
 * const files = storeItemFiles({ series: 2, seed: 1, steps: 30 });
 * expect(files["train.csv"]!.split("\n")[1]).toMatch(/^2013-01-01,1,1,\d+$/);
 * expect(files["test.csv"]!.split("\n")[1]).toBe("0,2013-01-31,1,1");
 * ```
 */
export function storeItemFiles({ series, seed, steps }: SyntheticOptions): Readonly<Record<string, string>> {
  const history = stepsFor({ series, ...(steps === undefined ? {} : { steps }) }, USUAL_DAYS);
  const days = Array.from({ length: history + HORIZON }, (_, at) => {
    const text = dayText(FIRST + at), weekday = dayOfWeek(FIRST + at);
    return { text, factor: WEEK[weekday - 1]! * YEAR[Number(text.slice(5, 7)) - 1]! };
  });
  const train: string[] = ["date,store,item,sales\n"], test: string[] = ["id,date,store,item\n"];
  // Kaggle's files go item by item, and within an item store by store.
  const cells = gridOfSeries(series, SHAPE).toSorted((a, b) => a.product - b.product || a.store - b.store);
  let id = 0;
  cells.forEach(({ store, product: item }, i) => {
    const ofStore = Math.exp(0.2 * random(seed, 1, store).normal());
    const ofItem = Math.exp(3.7 + 0.5 * random(seed, 2, item).normal());
    const { normal } = random(seed, 3, store, item);
    const growth = 0.06 + 0.01 * normal(), from = i % 20 === 13 ? Math.floor(history * 0.3) : 0;
    const tail = `,${store},${item}`;
    let past = "", future = "";
    for (let at = 0; at < days.length; at++) {
      const { text, factor } = days[at]!;
      if (at >= history) {
        future += `${id++},${text}${tail}\n`;
        continue;
      }
      // Counts scatter as a Poisson variable does: by the square root of what is expected.
      const expected = ofStore * ofItem * factor * (1 + (growth * at) / 365);
      const sales = Math.max(0, Math.round(expected + Math.sqrt(expected) * normal()));
      if (at >= from) past += `${text}${tail},${sales}\n`;
    }
    train.push(past);
    test.push(future);
  });
  return { "train.csv": train.join(""), "test.csv": test.join("") };
}
