/**
 * Promotions and holidays: how far away the nearest is, how long it has run, how much of the week it takes.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { finestEncoding } from "@/features/encodings.ts";
import { distance } from "@/features/distance.ts";
import { expression } from "@/features/expression.ts";
import { isOn, shifted } from "@/features/within_series.ts";

/** Beyond this many seasons (or weeks) an event is too far away to matter. */
const CAP_SEASONS = 4, CAP_WEEKS = 8;

/**
 * Lists the features of every event of a dataset: known plans, so the future counts as much as the past.
 *
 * For an event `promo`: `promo_since` and `promo_until` (steps from and to the nearest step with the event, 0 on it).
 * In weekly data also the event a week away. In daily data, for an event that lasts (a 0/1 flag rather than a coded
 * holiday), how long it has run and will run (`promo_since_start`, `promo_until_end`); for one that the base follows
 * also the other edges, and the event a season away (`promo_lag7`, `promo_lead7`); for all others the days of the week
 * that it takes (`school_holiday_days_in_week`).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { eventFeatures } from "@/features/events.ts";
 *
 * const weekly = { frequency: "1w", seasonLength: 52, events: ["is_holiday"], levels: {}, encodings: [] } as const;
 * expect(eventFeatures(weekly).map(({ name }) => name))
 *   .toEqual(["is_holiday_since", "is_holiday_until", "is_holiday_lag1", "is_holiday_lead1"]);
 * ```
 */
export function eventFeatures(
  profile: Pick<DatasetProfile, "events" | "frequency" | "seasonLength" | "levels" | "encodings">,
): Feature[] {
  const { events, frequency, seasonLength, levels } = profile;
  if (frequency === "1w") return events.flatMap((event) => [...nearest(event, CAP_WEEKS), ...neighbours(event, 1)]);
  const cap = CAP_SEASONS * seasonLength, followed = finestEncoding(profile);
  return events.flatMap((event) => [
    ...nearest(event, cap),
    ...levels[event] === undefined
      ? [distance(event, "since", { edge: "start", cap }), distance(event, "until", { edge: "end", cap })]
      : [],
    ...followed.includes(event)
      ? [
        distance(event, "since", { edge: "end", cap }),
        distance(event, "until", { edge: "start", cap }),
        ...neighbours(event, seasonLength),
      ]
      : [daysInWeek(event)],
  ]);
}

/** Days of the calendar week on which a known column is above zero. */
export function daysInWeek(column: string): Feature {
  const on = isOn(column).cast(pl.Int32), total = on.cumSum();
  const week = pl.col("week");
  const first = week.neq(week.shift(1)).or(pl.col("pos").eq(0)),
    last = week.neq(week.shift(-1)).or(pl.col("left").eq(0));
  // A difference of running totals: grouping a million rows by series and week costs three times as much.
  const before = pl.when(first).then(total.sub(on)).otherwise(pl.lit(null)).forwardFill();
  const after = pl.when(last).then(total).otherwise(pl.lit(null)).backwardFill();
  return expression(`${column}_days_in_week`, after.sub(before), { reads: [column] });
}

/**
 * A known column some steps ago and ahead.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { neighbours } from "@/features/events.ts";
 *
 * expect(neighbours("promo", 1).map(({ name }) => name)).toEqual(["promo_lag1", "promo_lead1"]);
 * ```
 */
export function neighbours(column: string, steps: number): Feature[] {
  return [
    expression(`${column}_lag${steps}`, shifted(pl.col(column), steps), { reads: [column] }),
    expression(`${column}_lead${steps}`, shifted(pl.col(column), -steps), { reads: [column] }),
  ];
}

function nearest(event: string, cap: number): Feature[] {
  return [distance(event, "since", { cap }), distance(event, "until", { cap })];
}
