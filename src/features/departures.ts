/**
 * Departures: is the store growing, what did this season do a year ago, what does a promotion or a holiday do to it.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { blocksOf, finestEncoding } from "@/features/encodings.ts";
import { expression } from "@/features/expression.ts";
import { frozen } from "@/features/frozen.ts";
import { isOn } from "@/features/within_series.ts";

/**
 * Lists the departures of a dataset whose sales follow planned events. All are differences on the transformed scale.
 *
 * - `y_trend_blocks1`, …: the newest blocks of the series against its year;
 * - `y_lag_year_departure`, `y_lag_near_departure`: last year's and the newest values against days of the same kind;
 * - `promo_lift`: for each event that the finest encoding tells apart, days with it against all days;
 * - `state_holiday_departure`: for each other event, how the series' own past days with it differed (0 on days without it).
 *
 * Reads encodings, lags and the base, which come before.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { departureFeatures } from "@/features/departures.ts";
 *
 * const profile = {
 *   keys: ["store"], events: ["promo", "holiday"], yearLength: 364,
 *   encodings: [["store"], ["store", "day_of_week"], ["store", "day_of_week", "promo"]],
 * };
 * const names = departureFeatures(profile, 42).map(({ name }) => name);
 * expect(names).toContain("promo_lift");
 * expect(names).toContain("holiday_departure");
 * ```
 */
export function departureFeatures(
  profile: Pick<DatasetProfile, "keys" | "events" | "encodings" | "yearLength">,
  horizon: number,
): Feature[] {
  const finest = finestEncoding(profile);
  const year = blocksOf(1.04, profile, horizon), half = blocksOf(1.04 * 4 / 9, profile, horizon);
  const own = [...profile.keys];
  const has = (by: readonly string[]) => profile.encodings.some((other) => other.join() === by.join());
  const mean = (by: readonly string[], blocks = Infinity) => pl.col(frozen(by, { blocks }).name);
  const all = frozen(finest).name;
  const made = (name: string, expr: Expr, reads: readonly string[]) =>
    expression(name, expr, { reads, reach: "origin" });
  const trends = has(own)
    ? [...new Set([1, half])].map((blocks) =>
      made(`y_trend_blocks${blocks}`, mean(own, blocks).sub(mean(own, year)), [
        frozen(own, { blocks }).name,
        frozen(own, { blocks: year }).name,
      ])
    )
    : [];
  const lifts = profile.events.filter((event) => finest.includes(event)).flatMap((event) => {
    const without = finest.filter((name) => name !== event);
    if (!has(without)) return [];
    const names = [frozen(finest, { blocks: year }).name, frozen(without, { blocks: year }).name];
    return [made(`${event}_lift`, mean(finest, year).sub(mean(without, year)), names)];
  });
  const others = profile.events.filter((event) => !finest.includes(event)).flatMap((event) => {
    const past = frozen(own, { where: event, helper: true });
    const departure = pl.when(isOn(event)).then(pl.col(past.name).sub(pl.col(all))).otherwise(pl.lit(0));
    return [past, made(`${event}_departure`, departure, [past.name, all, event])];
  });
  return [
    ...trends,
    ...lifts,
    ...others,
    made("y_lag_year_departure", pl.col("y_lag_year").sub(pl.col(all)), ["y_lag_year", all]),
    made("y_lag_near_departure", pl.col("y_lag_near").sub(pl.col("base")), ["y_lag_near", "base"]),
  ];
}
