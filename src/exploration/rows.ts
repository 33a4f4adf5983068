/**
 * What every exploration asks of a panel's rows: was the shop open, which weekday is it, is the event on.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { didYouMean } from "@/core/names.ts";
import type { DatasetProfile, Panel } from "@/core/panel.ts";

/** Rows of trade with a known target: closed days say nothing about how much a day of trade sells. */
export function tradingDays({ frame, profile: { openColumn } }: Panel): DataFrame {
  const known = pl.col("y").isNotNull();
  return frame.filter(openColumn === undefined ? known : known.and(pl.col(openColumn).neq(0).fillNull(pl.lit(true))));
}

/**
 * Whether an event is on: a flag above zero, or a text other than the first of its levels.
 *
 * @throws {RangeError} If it is not one of the profile's events.
 */
export function eventIsOn(event: string, { name, events, levels }: DatasetProfile): Expr {
  if (!events.includes(event)) {
    const known = events.length > 0 ? didYouMean(event, events) : "it has none";
    throw new RangeError(`Cannot find an event "${event}" of ${name}: ${known}`);
  }
  const [none] = levels[event] ?? [];
  const on = none === undefined ? pl.col(event).gt(0) : pl.col(event).neq(pl.lit(none));
  return on.fillNull(pl.lit(false));
}

/**
 * The position in the week of a daily series, 1 for Monday; 1 throughout for a weekly one.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { weekday } from "@/exploration/mod.ts";
 *
 * const profile = {
 *   name: "shop",
 *   frequency: "1d",
 *   horizon: 1,
 *   seasonLength: 7,
 *   yearLength: 364,
 *   keys: ["store"],
 *   roles: { store: "static" },
 *   levels: {},
 *   metric: "smape",
 *   allowsNegative: false,
 *   events: [],
 *   targetTransform: "identity",
 *   encodings: [],
 *   slices: [],
 *   unit: "units a day",
 * } as const;
 * const frame = pl.DataFrame({ ds: [4] }).withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * expect(frame.select(weekday(profile).alias("day")).row(0)).toEqual([1]); // 5 January 1970 was a Monday
 * ```
 */
export function weekday({ frequency }: DatasetProfile): Expr {
  return frequency === "1d" ? pl.col("ds").dt.weekday().cast(pl.Int32) : pl.lit(1).cast(pl.Int32);
}
