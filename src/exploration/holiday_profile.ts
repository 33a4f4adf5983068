/**
 * Sales on the days around a holiday, beside what the same shops usually sell.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { eventIsOn, tradingDays, weekday } from "@/exploration/rows.ts";

/** Sales so many steps from the nearest holiday. */
export interface ProfileStep {
  /** Negative before the holiday, 0 on it. */
  readonly offset: number;
  /** What was sold over what is usual: 1.2 is 20 % more; null where nobody traded. */
  readonly ratio: number | null;
  /** Rows of trade that it rests on. */
  readonly rows: number;
}

/**
 * Follows sales from some steps before a holiday to as many after it, as a ratio to what is usual.
 *
 * Usual is the mean of the same series on the same weekday, with the other events as they are, far from any holiday.
 * Only days of trade count, so a holiday on which all shops are closed has no ratio.
 *
 * @param options.event The profile's event whose steps are the holidays; consecutive ones count from their nearest.
 * @param options.reach Steps before and after that are looked at.
 * @throws {RangeError} If the event is not one of the profile's, or `reach` is not a positive integer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { holidayProfile } from "@/exploration/holiday_profile.ts";
 * import { walmart } from "@/datasets/walmart.ts";
 * import pl from "nodejs-polars";
 *
 * const frame = pl.DataFrame({
 *   unique_id: Array(9).fill("1_1"),
 *   ds: pl.Series("ds", Array.from({ length: 9 }, (_, k) => 14_645 + 7 * k), pl.Int32).cast(pl.Date),
 *   y: [10, 10, 10, 15, 20, 5, 10, 10, 10],
 *   is_holiday: [0, 0, 0, 0, 1, 0, 0, 0, 0],
 * });
 * const panel = { frame, profile: walmart.profile, asOf: "2010-04-09" };
 * const steps = holidayProfile(panel, { event: "is_holiday", reach: 1 });
 * expect(steps.map(({ ratio }) => ratio)).toEqual([1.5, 2, 0.5]);
 * ```
 */
export function holidayProfile(
  panel: Panel,
  { event, reach }: { readonly event: string; readonly reach: number },
): ProfileStep[] {
  if (!Number.isInteger(reach) || reach < 1) {
    throw new RangeError(`Cannot profile a holiday as its reach must be an integer >= 1: current value is ${reach}`);
  }
  const { profile } = panel;
  const marked = panel.frame.withColumn(eventIsOn(event, profile).alias("holiday_is_on"));
  const offsets = offsetsOf(marked);
  // A promotion in the days around a holiday must not look like the holiday's doing.
  const others = profile.events.filter((name) => name !== event && profile.levels[name] === undefined);
  const keys = ["unique_id", "weekday", ...others];
  const placed = marked.withColumns(pl.Series("offset", offsets, pl.Int32), weekday(profile).alias("weekday"));
  const rows = tradingDays({ ...panel, frame: placed });
  const usual = rows.filter(pl.col("offset").abs().gt(reach)).groupBy(...keys).agg(pl.col("y").mean().alias("usual"));
  const sums = rows.filter(pl.col("offset").abs().ltEq(reach)).join(usual, { on: keys, how: "inner" })
    .groupBy("offset")
    .agg(pl.col("y").sum().alias("sold"), pl.col("usual").sum(), pl.col("y").count().cast(pl.Float64).alias("trading"));
  const found = new Map(
    sums.select("offset", "sold", "usual", "trading").rows().map((row) => {
      const [offset, sold, usual, rows] = row as [number, number, number, number];
      return [offset, { sold, usual, rows }] as const;
    }),
  );
  return Array.from({ length: 2 * reach + 1 }, (_, k) => {
    const offset = k - reach, own = found.get(offset);
    return { offset, ratio: own && own.usual > 0 ? own.sold / own.usual : null, rows: own?.rows ?? 0 };
  });
}

/** Farther than any reach. */
const FAR = 9_999;

/** Steps to the nearest holiday of each row's own series: two passes over rows that are sorted by series and time. */
function offsetsOf(frame: DataFrame): Int32Array {
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const on = frame.getColumn("holiday_is_on").toArray() as boolean[];
  const offsets = new Int32Array(ids.length).fill(FAR);
  let since = FAR;
  for (let row = 0; row < ids.length; row++) {
    if (row > 0 && ids[row] !== ids[row - 1]) since = FAR;
    since = on[row] ? 0 : Math.min(FAR, since + 1);
    offsets[row] = since;
  }
  let until = FAR;
  for (let row = ids.length - 1; row >= 0; row--) {
    if (row < ids.length - 1 && ids[row] !== ids[row + 1]) until = FAR;
    until = on[row] ? 0 : Math.min(FAR, until + 1);
    if (until < offsets[row]!) offsets[row] = -until;
  }
  return offsets;
}
