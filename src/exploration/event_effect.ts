/**
 * How much more is sold while an event is on: a promotion, a holiday week.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import { eventIsOn, tradingDays, weekday } from "@/exploration/rows.ts";

/** An effect with its uncertainty; shares: 0.38 is 38 % more than without the event. */
export interface Effect {
  /** What was sold with the event over what would be at the usual level without it, minus 1. */
  readonly lift: number;
  /** The interval's ends; null where a single series cannot tell. */
  readonly low: number | null;
  /** The upper end; null where `low` is. */
  readonly high: number | null;
  /** Series that traded both with and without the event. */
  readonly series: number;
  /** Rows with the event. */
  readonly rows: number;
}

/** The effect on the whole, and weekday by weekday (1 is Monday) where sales are daily. */
export interface EventEffect {
  /** The column of the panel that says when the event is on: `promo`. */
  readonly event: string;
  /** The share that `low` and `high` aim to cover: 0.95. */
  readonly level: number;
  /** Over all weekdays together. */
  readonly all: Effect;
  /** In order of the weekday, those with rows both with and without the event; empty for weekly sales. */
  readonly byWeekday: readonly (Effect & { readonly weekday: number })[];
}

/** How an effect is measured. */
export interface EffectOptions {
  /** One of the profile's events: `promo`. */
  readonly event: string;
  /** Same seed, same interval. */
  readonly seed: number;
  /** The share of repeated studies whose interval would hold the true effect. */
  readonly level?: number;
  /** How many times the series are drawn anew for the interval; 1000 by default. */
  readonly resamples?: number;
}

/**
 * Measures what is sold while an event is on against what the same series sells on the same weekday without it.
 *
 * Only days of trade count. The interval is a percentile bootstrap that draws whole series, since the days of one series
 * are not independent of each other. It compares, and does not prove a cause: events are not put on at random.
 *
 * @throws {RangeError} If the event is not one of the profile's, or no series traded both with and without it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { eventEffect } from "@/exploration/event_effect.ts";
 * import { rossmann } from "@/datasets/rossmann.ts";
 * import pl from "nodejs-polars";
 *
 * const days = Array.from({ length: 28 }, (_, day) => 16_000 + day);
 * const frame = pl.DataFrame({
 *   unique_id: days.map(() => "1"),
 *   ds: pl.Series("ds", days, pl.Int32).cast(pl.Date),
 *   y: days.map((day) => Math.floor(day / 7) % 2 === 0 ? 120 : 100),
 *   promo: days.map((day) => Math.floor(day / 7) % 2 === 0 ? 1 : 0),
 *   open: days.map(() => 1),
 * });
 * const panel = { frame, profile: rossmann.profile, asOf: "2013-11-21" };
 * expect(eventEffect(panel, { event: "promo", seed: 1 }).all.lift).toBeCloseTo(0.2, 12);
 * ```
 */
export function eventEffect(
  panel: Panel,
  { event, seed, level = 0.95, resamples = 1000 }: EffectOptions,
): EventEffect {
  const cells = compared(panel, event);
  if (cells.height === 0) {
    throw new RangeError(`Cannot measure the effect of ${event} as no series trades both with and without it`);
  }
  const settings = { seed, level, resamples };
  const daily = panel.profile.frequency === "1d";
  const weekdays = daily ? [...new Set(cells.getColumn("weekday").toArray() as number[])].sort((a, b) => a - b) : [];
  return {
    event,
    level,
    all: effectOf(cells, settings),
    byWeekday: weekdays.map((day) => ({
      weekday: day,
      ...effectOf(cells.filter(pl.col("weekday").eq(day)), settings),
    })),
  };
}

/** Per series and weekday: what was sold with the event, and what would have been at the usual level without it. */
function compared(panel: Panel, event: string): DataFrame {
  const rows = tradingDays(panel).select(
    pl.col("unique_id"),
    pl.col("y"),
    weekday(panel.profile).alias("weekday"),
    eventIsOn(event, panel.profile).alias("on"),
  );
  const keys = ["unique_id", "weekday"];
  const usual = rows.filter(pl.col("on").not()).groupBy(...keys).agg(pl.col("y").mean().alias("usual"));
  return rows.filter(pl.col("on")).groupBy(...keys)
    .agg(pl.col("y").sum().alias("sold"), pl.col("y").count().cast(pl.Float64).alias("days"))
    .join(usual, { on: keys, how: "inner" })
    .withColumn(pl.col("usual").mul(pl.col("days")).alias("expected"))
    .sort(keys);
}

function effectOf(
  cells: DataFrame,
  { seed, level, resamples }: { readonly seed: number; readonly level: number; readonly resamples: number },
): Effect {
  const perSeries = cells.groupBy("unique_id").agg(
    pl.col("sold").sum(),
    pl.col("expected").sum(),
    pl.col("days").sum(),
  ).sort("unique_id");
  const sold = perSeries.getColumn("sold").toArray() as number[];
  const expected = perSeries.getColumn("expected").toArray() as number[];
  const n = sold.length, total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const rows = total(perSeries.getColumn("days").toArray() as number[]);
  const lift = total(sold) / total(expected) - 1;
  if (n < 2) return { lift, low: null, high: null, series: n, rows };
  const draw = random(seed);
  const lifts = Float64Array.from({ length: resamples }, () => {
    let a = 0, b = 0;
    for (let k = 0; k < n; k++) {
      const one = draw.integer(n);
      a += sold[one]!;
      b += expected[one]!;
    }
    return a / b - 1;
  }).sort();
  const at = (share: number) => lifts[Math.min(resamples - 1, Math.max(0, Math.round(share * (resamples - 1))))]!;
  return { lift, low: at((1 - level) / 2), high: at((1 + level) / 2), series: n, rows };
}
