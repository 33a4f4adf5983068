import pl from "nodejs-polars";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Panel } from "@/core/panel.ts";
import { closedGrid, eventEffect, holidayProfile, seasonalGrid, totals } from "@/exploration/mod.ts";
import { tradingDays } from "@/exploration/rows.ts";
import { panel } from "../support/panel.ts";

/** The shop's weekdays sell 1 + weekday / 20, promotions 30 % more, Sundays nothing: see support/panel.ts. */
const shop = panel({ series: 4, length: 364, seed: 3 });

function withColumn(of: Panel, name: string, values: readonly unknown[]): Panel {
  return { ...of, frame: of.frame.withColumn(pl.Series(name, values as number[])) };
}

describe("eventEffect()", () => {
  it("finds the promotion's 30 % and an interval around it, also weekday by weekday", () => {
    const { all, byWeekday } = eventEffect(shop, { event: "promo", seed: 1 });
    expect(all.lift).toBeCloseTo(0.3, 1);
    expect(all.low!).toBeLessThanOrEqual(all.lift);
    expect(all.high!).toBeGreaterThanOrEqual(all.lift);
    expect(all.series).toBe(4);
    expect(byWeekday.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5]);
    for (const { lift } of byWeekday) expect(lift).toBeCloseTo(0.3, 1);
    expect(byWeekday.reduce((sum, { rows }) => sum + rows, 0)).toBe(all.rows);
  });

  it("gives the same interval for the same seed, and about the same for another", () => {
    const ask = (seed: number) => eventEffect(shop, { event: "promo", seed }).all;
    expect(ask(1)).toEqual(ask(1));
    expect(ask(2).low).toBeCloseTo(ask(1).low!, 2);
  });

  it("widens with the level", () => {
    const width = (level: number) => {
      const { low, high } = eventEffect(shop, { event: "promo", seed: 1, level }).all;
      return high! - low!;
    };
    expect(width(0.99)).toBeGreaterThan(width(0.5));
  });

  it("has no interval for a single series", () => {
    const alone = eventEffect(panel({ series: 1, length: 60 }), { event: "promo", seed: 1 }).all;
    expect(alone).toMatchObject({ low: null, high: null, series: 1 });
  });

  it("refuses what is not an event, and events that never or always are", () => {
    expect(() => eventEffect(shop, { event: "prom", seed: 1 })).toThrow('Did you mean "promo"');
    const never = withColumn(shop, "promo", Array(shop.frame.height).fill(0));
    expect(() => eventEffect(never, { event: "promo", seed: 1 })).toThrow("both with and without it");
  });
});

describe("holidayProfile()", () => {
  it("is 1 where a holiday changes nothing, and has no ratio on a closed day", () => {
    const steps = holidayProfile(shop, { event: "state_holiday", reach: 3 });
    expect(steps.map(({ offset }) => offset)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    const [, , , itself, after] = steps;
    expect(itself).toMatchObject({ ratio: null, rows: 0 });
    expect(after!.ratio).toBeCloseTo(1, 0);
  });

  it("sees a rush before the holiday", () => {
    const y = shop.frame.getColumn("y").toArray() as number[];
    const holiday = shop.frame.getColumn("state_holiday").toArray() as string[];
    const rushed = withColumn(shop, "y", y.map((value, row) => holiday[row + 1] === "a" ? 2 * value : value));
    const day = (of: Panel) => holidayProfile(of, { event: "state_holiday", reach: 2 })[1]!;
    expect(day(rushed).ratio).toBe(day(shop).ratio === null ? null : 2 * day(shop).ratio!);
  });

  it("refuses a reach that is no number of steps", () => {
    expect(() => holidayProfile(shop, { event: "state_holiday", reach: 0 })).toThrow("current value is 0");
  });
});

describe("seasonalGrid()", () => {
  it("averages around 1, and leaves closed Sundays out", () => {
    const grid = seasonalGrid(shop);
    expect(grid).toMatchObject({ rowsAre: "day_of_week", columnsAre: "month", rows: [1, 2, 3, 4, 5, 6] });
    const values = grid.values.flat().filter((value) => value !== null);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
  });

  it("lays weekly data out by year and week", () => {
    const weekly = panel({ series: 2, length: 60, profile: { frequency: "1w", seasonLength: 52 } });
    expect(seasonalGrid(weekly)).toMatchObject({ rowsAre: "year", columnsAre: "week_of_year" });
  });
});

describe("closedGrid()", () => {
  it("finds Sundays closed and Tuesdays open", () => {
    const { rows, values } = closedGrid(shop)!;
    expect(new Set(values[rows.indexOf(7)])).toEqual(new Set([1]));
    expect(values[rows.indexOf(2)]!.at(-2)).toBe(0);
  });

  it("is nothing without opening days", () => {
    const { openColumn: _, ...profile } = shop.profile;
    expect(closedGrid({ ...shop, profile })).toBeUndefined();
  });
});

describe("totals()", () => {
  it("counts who is there and who trades", () => {
    const { ds, mean, known, trading } = totals(shop);
    expect(ds.length).toBe(364);
    expect(ds[0]).toBe("2014-12-29");
    expect(new Set(known)).toEqual(new Set([4]));
    expect([...trading.subarray(0, 7)]).toEqual([4, 4, 4, 0, 4, 4, 0]);
    expect(mean[6]).toBe(0);
  });
});

describe("tradingDays()", () => {
  it("leaves closed and unknown days out, and the panel as it was", () => {
    const future = panel({ series: 1, length: 14, future: 7 });
    const before = future.frame.height;
    expect(tradingDays(future).getColumn("y").toArray().every((value) => Number(value) > 0)).toBe(true);
    expect(future.frame.height).toBe(before);
  });
});
