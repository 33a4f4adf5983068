import pl from "nodejs-polars";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Panel } from "@/core/panel.ts";
import { type Effect, eventEffect, holidayProfile } from "@/exploration/mod.ts";
import golden from "../golden/effects.json" with { type: "json" };
import { shopProfile } from "../support/panel.ts";

const { unique_id, ds, y, promo, state_holiday, open } = golden.panel;
const frame = pl.DataFrame({
  unique_id,
  ds: pl.Series("ds", ds.map((day) => Date.parse(day) / 86_400_000), pl.Int32).cast(pl.Date),
  y: pl.Series("y", y, pl.Float64),
  promo: pl.Series("promo", promo, pl.Int32),
  state_holiday,
  open: pl.Series("open", open, pl.Int32),
});
const profile = { ...shopProfile, levels: { ...shopProfile.levels, state_holiday: ["0", "a", "b"] } };
const shops: Panel = { frame, profile, asOf: "2015-07-30" };

/** The effect is the same to the last digits; the interval rests on other random draws, so it is near. */
function expectSame(own: Effect, theirs: Omit<Effect, "low" | "high"> & { low: number; high: number }): void {
  expect(own.lift).toBeCloseTo(theirs.lift, 12);
  expect([own.series, own.rows]).toEqual([theirs.series, theirs.rows]);
  const width = theirs.high - theirs.low;
  expect(Math.abs(own.low! - theirs.low)).toBeLessThan(0.1 * width);
  expect(Math.abs(own.high! - theirs.high)).toBeLessThan(0.1 * width);
}

describe("eventEffect()", () => {
  const effect = eventEffect(shops, { event: "promo", seed: 1, resamples: 4000 });

  it("agrees with pandas on the effect, and with scipy's bootstrap on its interval", () => {
    expectSame(effect.all, golden.effect);
  });

  it("agrees weekday by weekday", () => {
    const theirs = Object.entries(golden.by_weekday);
    expect(effect.byWeekday.map(({ weekday }) => String(weekday))).toEqual(theirs.map(([weekday]) => weekday));
    effect.byWeekday.forEach((own, k) => expectSame(own, theirs[k]![1]));
  });
});

describe("holidayProfile()", () => {
  it("agrees with pandas on every step around the holidays, and on the rows that it rests on", () => {
    const own = holidayProfile(shops, { event: "state_holiday", reach: golden.reach });
    expect(own.map(({ offset, rows }) => [offset, rows])).toEqual(
      golden.holiday.map(({ offset, rows }) => [offset, rows]),
    );
    own.forEach(({ ratio }, k) => expect(ratio).toBeCloseTo(golden.holiday[k]!.ratio, 12));
  });
});
