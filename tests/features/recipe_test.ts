import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { panel, shopProfile } from "../support/panel.ts";

const names = (profile: DatasetProfile, horizon = profile.horizon) =>
  recipe(profile, { horizon }).map(({ name }) => name);
const built = (from: Panel, horizon = from.profile.horizon) =>
  buildFeatures(from, recipe(from.profile, { horizon }), { origin: from.asOf, horizon }).frame;
const valuesOf = (frame: ReturnType<typeof built>, name: string): Float32Array => frame.getColumn(name).toTypedArray();

/** A weekly chain of two stores with two departments each, told by amounts. */
const chain: Partial<DatasetProfile> = {
  frequency: "1w",
  seasonLength: 52,
  yearLength: 52,
  keys: ["store", "dept"],
  roles: { store: "static", dept: "static", store_type: "static", is_holiday: "known" },
  levels: { store_type: ["a", "b"] },
  events: ["is_holiday"],
  encodings: [["store", "dept"]],
  targetTransform: "identity",
  allowsNegative: true,
};
delete (chain as { openColumn?: string }).openColumn;

function chainPanel(
  sales: Readonly<Record<string, (week: number) => number | null>>,
  weeks: number,
  future: number,
): Panel {
  const { openColumn: _, ...rest } = shopProfile;
  const profile: DatasetProfile = { ...rest, ...chain };
  const rows = Object.entries(sales).flatMap(([unique_id, y]) =>
    Array.from({ length: weeks + future }, (_, week) => ({
      unique_id,
      day: 14_645 + 7 * week, // Friday 2010-02-05
      y: week < weeks ? y(week) : null,
      store: Number(unique_id.split("_")[0]),
      dept: Number(unique_id.split("_")[1]),
      store_type: unique_id.startsWith("1") ? "a" : "b",
      is_holiday: week % 52 === 1 ? 1 : 0,
    }))
  );
  const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
  const frame = pl.DataFrame({
    unique_id: column("unique_id"),
    ds: pl.Series("ds", column("day") as number[], pl.Int32).cast(pl.Date),
    y: pl.Series("y", column("y") as number[], pl.Float64),
    store: pl.Series("store", column("store") as number[], pl.Int32),
    dept: pl.Series("dept", column("dept") as number[], pl.Int32),
    store_type: column("store_type"),
    is_holiday: pl.Series("is_holiday", column("is_holiday") as number[], pl.Int32),
  });
  return { frame, profile, asOf: new Date((14_645 + 7 * weeks) * 86_400_000).toISOString().slice(0, 10) };
}

describe("recipe()", () => {
  it("tells the level of promoted days apart where the finest encoding holds a promotion", () => {
    const promoted: DatasetProfile = { ...shopProfile, encodings: [["store"], ["store", "day_of_week", "promo"]] };
    expect(names(promoted)).toContain("y_median_by_store_day_of_week_promo_blocks54");
    expect(names(promoted)).not.toContain("sales_rolling_mean_lag7_window364");
  });

  it("takes the level from rolling means elsewhere", () => {
    expect(names(shopProfile)).toContain("sales_rolling_mean_lag7_window364");
  });

  it("has no feature of openings for a shop that never closes", () => {
    const { openColumn: _, ...always } = shopProfile;
    expect(names(shopProfile)).toContain("closure_until");
    expect(names(always)).not.toContain("closure_until");
  });

  it("never passes an observed column on", () => {
    expect(names(shopProfile).filter((name) => name.startsWith("customers"))).toEqual([]);
  });

  it("gives a dataset its features without a line of code: a new event gets its own", () => {
    const more: DatasetProfile = { ...shopProfile, roles: { ...shopProfile.roles, fair: "known" }, events: ["fair"] };
    expect(names(more)).toEqual(expect.arrayContaining(["fair", "fair_since", "fair_until", "fair_days_in_week"]));
  });

  it("marks keys and unordered text as categorical, and series, t and horizon_step as keys", () => {
    const features = recipe(shopProfile, { horizon: 7 });
    const marked = (mark: "categorical" | "key") => features.filter((f) => f[mark]).map(({ name }) => name);
    expect(marked("categorical")).toEqual(["store", "store_type"]);
    expect(marked("key")).toEqual(["series", "t", "horizon_step"]);
  });

  it("reaches back at least the horizon, whatever the horizon", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 800 }), (horizon) => {
      for (const { name, reach, helper } of recipe(shopProfile, { horizon })) {
        if (!helper) expect({ name, direct: reach === "origin" || reach >= horizon }).toEqual({ name, direct: true });
      }
    }));
  });

  it("refuses a horizon that is none", () => {
    expect(() => recipe(shopProfile, { horizon: 0 })).toThrow("must be a positive integer: found 0");
    expect(() => recipe(shopProfile, { horizon: 2.5 })).toThrow(RangeError);
  });
});

describe("base", () => {
  it("is the year's mean, in the units of the target, where sales are told by amounts", () => {
    const made = built(chainPanel({ "1_1": () => 100, "1_2": (week) => week }, 80, 13), 13);
    const base = valuesOf(made, "base");
    expect(base[80]).toBe(100);
    // The first future week sees the 52 weeks that ended 13 weeks before it: 16 to 67.
    expect(base[93 + 80]).toBeCloseTo((16 + 67) / 2, 4);
  });

  it("of a department that a store never had is the median of the other stores'", () => {
    const sales = { "1_1": () => 100, "2_1": () => 300, "3_1": () => 200, "4_1": () => null };
    expect(valuesOf(built(chainPanel(sales, 60, 13), 13), "base")[73 * 3 + 60]).toBe(200);
  });

  it("of a department that no store ever had is the median of its store, else of its kind, else of all", () => {
    const store = chainPanel({ "1_1": () => 100, "1_9": () => null, "2_1": () => 300 }, 60, 13);
    expect(valuesOf(built(store, 13), "base")[73 + 60]).toBe(100);
    const kind = chainPanel({ "2_1": () => 300, "3_2": () => 500, "4_9": () => null, "1_1": () => 7 }, 60, 13);
    expect(valuesOf(built(kind, 13), "base")[73 * 2 + 60]).toBe(400);
    const all = chainPanel({ "1_9": () => null, "2_1": () => 300, "3_2": () => 500 }, 60, 13);
    expect(valuesOf(built(all, 13), "base")[60]).toBe(400);
  });

  it("of a series that began just before the origin is what little is known of it", () => {
    const late = chainPanel({ "1_1": (week) => week >= 57 ? 40 : null, "2_1": () => 300 }, 60, 13);
    expect([...valuesOf(built(late, 13), "base").subarray(60, 73)]).toEqual(Array(13).fill(40));
  });

  it("is never missing in the future, whatever the history", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: fc.integer({ min: 0, max: 30 }), to: fc.integer({ min: 0, max: 30 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 15 }),
        (spans, horizon) => {
          const sales = Object.fromEntries(
            spans.map(({ from, to }, at) => [`${at}_1`, (week: number) => week >= from && week < to ? 5 : null]),
          );
          const made = built(chainPanel({ ...sales, "9_2": (week) => week < 10 ? 3 : null }, 30, horizon), horizon);
          const block: Int32Array = made.getColumn("block").toTypedArray();
          for (const name of ["base", "seasonal_naive"]) {
            const gaps = valuesOf(made, name).filter((value, row) => block[row] === 0 && !Number.isFinite(value));
            expect({ name, gaps: gaps.length }).toEqual({ name, gaps: 0 });
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it("is missing only where nothing at all is known", () => {
    const nothing = built(chainPanel({ "1_1": () => null }, 30, 13), 13);
    expect(valuesOf(nothing, "base").every((value) => Number.isNaN(value))).toBe(true);
  });
});

describe("seasonal_naive", () => {
  it("is the newest value whole seasons ago that is not newer than the origin, in the units of y", () => {
    const shop = panel({ series: 1, length: 28, future: 21 });
    const made = built({ ...shop, profile: { ...shop.profile, horizon: 21 } }, 21);
    const y = shop.frame.getColumn("y").toArray() as (number | null)[];
    const naive = valuesOf(made, "seasonal_naive");
    for (const row of [28, 29, 35, 36, 42]) expect(naive[row]).toBeCloseTo(y[21 + row % 7]!, 2);
  });

  it("passes over closed days", () => {
    const shop = panel({ series: 1, length: 14, future: 7, start: "2014-12-22" });
    const y = shop.frame.getColumn("y").toArray() as (number | null)[];
    // The second Thursday is New Year's Day: the Thursday before it is the newest that traded.
    expect(y[10]).toBe(0);
    expect(valuesOf(built(shop), "seasonal_naive")[17]).toBeCloseTo(y[3]!, 2);
  });

  it("falls back to the base where no season has passed", () => {
    const made = built(chainPanel({ "1_1": () => 120 }, 30, 13), 13);
    expect([...valuesOf(made, "seasonal_naive").subarray(30)]).toEqual(Array(13).fill(120));
  });
});

describe("departures and openings", () => {
  const promoted: Partial<DatasetProfile> = {
    encodings: [["store"], ["store", "day_of_week"], ["store", "promo"], ["store", "day_of_week", "promo"]],
  };
  const shop = panel({ series: 2, length: 770, future: 28, profile: { ...promoted, horizon: 28 } });
  const made = built(shop);
  const on = (date: string) => made.filter(pl.col("ds").cast(pl.Utf8).eq(pl.lit(date))).toRecords()[0]!;

  it("find the promotion's lift", () => {
    const promo = valuesOf(made, "promo"), lift = valuesOf(made, "promo_lift"), weekday = valuesOf(made, "day_of_week");
    // The shop sells 1.3 times as much on promoted weekdays, and about half of them are: half of log 1.3 above the mean.
    const future = [...lift.keys()].filter((row) => row % 798 >= 770 && weekday[row]! < 6);
    for (const row of future) expect(lift[row]).toBeCloseTo((promo[row]! > 0 ? 0.5 : -0.5) * Math.log(1.3), 1);
  });

  it("count down to a closure on a weekday that usually trades, but not to Sundays", () => {
    expect(on("2015-12-30")["closure_until"]).toBe(2);
    expect(on("2016-01-01")["closure_until"]).toBe(0);
    expect(on("2016-01-03")["closure_since"]).toBe(2); // a Sunday
    expect(on("2015-06-03")["closure_until"]).toBe(14);
  });

  it("see the reopening after a refurbishment", () => {
    const open = shop.frame.getColumn("open").toArray() as number[];
    for (let row = 200; row < 210; row++) open[row] = 0;
    const refitted = { ...shop, frame: shop.frame.withColumns(pl.Series("open", open, pl.Int32)) };
    const since = valuesOf(built(refitted), "refurbishment_since"),
      until = valuesOf(built(refitted), "refurbishment_until");
    expect([since[201], since[209], since[210], since[219]]).toEqual([90, 0, 1, 10]);
    expect([until[190], until[200], until[208]]).toEqual([10, 0, 90]);
  });

  it("count the open days and the holidays of a week", () => {
    expect(on("2015-12-31")["open_days_in_week"]).toBe(5); // Sunday and New Year's Day are closed
    expect(on("2015-12-31")["state_holiday_days_in_week"]).toBe(1);
    expect(on("2015-06-03")["open_days_in_week"]).toBe(6);
  });
});

describe("ages", () => {
  const dated: Partial<DatasetProfile> = {
    roles: {
      ...shopProfile.roles,
      rival_since_year: "static",
      rival_since_month: "static",
      club_since_year: "static",
      club_since_week: "static",
      club_interval: "static",
    },
    levels: { ...shopProfile.levels, club_interval: ["Jan,Apr,Jul,Oct", "Mar,Jun,Sept,Dec"] },
  };
  const shop = panel({ series: 2, length: 120, profile: dated });
  const frame = shop.frame.withColumns(
    pl.lit(2014).alias("rival_since_year"),
    pl.lit(10).alias("rival_since_month"),
    pl.lit(2015).alias("club_since_year"),
    pl.lit(10).alias("club_since_week"),
    pl.lit("Mar,Jun,Sept,Dec").alias("club_interval"),
  );
  const made = built({ ...shop, frame });
  const on = (date: string) => made.filter(pl.col("ds").cast(pl.Utf8).eq(pl.lit(date))).toRecords()[0]!;

  it("count months since a rival opened, across the turn of the year", () => {
    expect([on("2014-12-29")["rival_age_months"], on("2015-03-01")["rival_age_months"]]).toEqual([2, 5]);
  });

  it("count weeks since the club began, negative before it", () => {
    expect(on("2015-03-30")["club_age_weeks"]).toBe(4);
    expect(on("2015-02-23")["club_age_weeks"]).toBe(-1);
  });

  it("count months since the club's round began, once there is a club", () => {
    expect(on("2015-03-30")["club_interval_phase"]).toBe(0);
    expect(on("2015-04-15")["club_interval_phase"]).toBe(1);
    expect(on("2015-02-23")["club_interval_phase"]).toBe(NaN);
  });
});
