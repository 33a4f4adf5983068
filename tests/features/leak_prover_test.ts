import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import { expression, frozen, lag, pooled, proveNoLeak, recipe, rolling } from "@/features/mod.ts";
import { panel } from "../support/panel.ts";

const shop = panel({ series: 3, length: 70, future: 7, seed: 3 });
const ask = { origins: ["2015-02-23"], horizon: 7, seed: 5 };
const prove = (feature: Feature, ...before: readonly Feature[]) => proveNoLeak(shop, [...before, feature], ask);
const y = pl.col("target");

describe("proveNoLeak() catches", () => {
  it("a rolling mean that includes its own row", () => {
    const mean = y.rollingMean({ windowSize: 7, minPeriods: 1 }).over("series");
    const { passed, guilty } = prove(expression("own_row", mean, { reads: ["target"], reach: 7 }));
    expect(passed).toBe(false);
    expect(guilty).toHaveLength(1);
    expect(guilty[0]).toMatchObject({ feature: "own_row", column: "y", reach: 7, peeks: 7 });
    expect(guilty[0]!.firstRow).toEqual({ unique_id: "1", ds: "2015-02-23" });
  });

  it("a lag that is shorter than it says", () => {
    expect(prove({ ...lag(3), reach: 14 }).guilty).toMatchObject([{ column: "y", peeks: 11 }]);
  });

  it("a lag that is one step too short", () => {
    expect(prove({ ...lag(6), reach: 7 }).guilty).toMatchObject([{ column: "y", peeks: 1 }]);
  });

  it("an encoding computed over the whole table", () => {
    const everything = expression("mean_by_store", y.mean().over("store"), {
      reads: ["target", "store"],
      reach: "origin",
    });
    const { guilty } = prove(everything);
    expect(guilty).toMatchObject([{ feature: "mean_by_store", column: "y", reach: "origin" }]);
    // It reads as far as the last step with a value that noise could change: 14 steps from the origin on.
    expect(guilty[0]!.peeks).toBeGreaterThanOrEqual(13);
  });

  it("customers passed off as known", () => {
    const { guilty } = prove(expression("customers_today", pl.col("customers"), { reads: ["customers"] }));
    expect(guilty).toMatchObject([{ column: "customers", reach: Infinity, peeks: 1 }]);
  });

  it("a target shifted the wrong way", () => {
    const { guilty } = prove(expression("tomorrow", y.shift(-1).over("series"), { reads: ["target"], reach: 7 }));
    expect(guilty).toMatchObject([{ column: "y", peeks: 8 }]);
  });

  it("a centred window", () => {
    const centred = y.shift(7).rollingMean({ windowSize: 5, minPeriods: 1, center: true }).over("series");
    const { guilty } = prove(expression("centred", centred, { reads: ["target"], reach: 7 }));
    expect(guilty).toMatchObject([{ column: "y", peeks: 2 }]);
  });

  it("a normalisation by the mean of everything", () => {
    const shares = pl.col("sales").shift(7).over("series").div(pl.col("y").mean());
    const { guilty } = prove(expression("normalised", shares, { reads: ["sales", "y"], reach: 7 }));
    expect(guilty[0]).toMatchObject({ column: "y", firstRow: { unique_id: "1" } });
    expect(guilty[0]!.peeks).toBeGreaterThan(14);
  });

  it("a count of days with sales, which no change of amounts betrays", () => {
    const days = pl.col("sales").isNotNull().cast(pl.Int32).sum().over("series");
    expect(prove(expression("days", days, { reads: ["sales"], reach: "origin" })).passed).toBe(false);
  });

  it("a pooled mean of the same step", () => {
    const { guilty } = prove({ ...pooled([], { of: "target", statistic: "mean" }), reach: "origin" });
    expect(guilty).toMatchObject([{ feature: "y_mean_overall", column: "y", peeks: 1 }]);
  });

  it("each of two columns that one feature reads", () => {
    const both = pl.col("customers").add(pl.col("y"));
    const { guilty } = prove(expression("both", both, { reads: ["customers", "y"] }));
    expect(guilty.map(({ column }) => column)).toEqual(["y", "customers"]);
  });

  it("the guilty one among honest ones", () => {
    const { checked, guilty } = proveNoLeak(shop, [lag(7), { ...lag(2), reach: 7 }, lag(14)], ask);
    expect(checked).toBe(3);
    expect(guilty.map(({ feature }) => feature)).toEqual(["y_lag2"]);
  });

  it("a leak that only one of two origins shows", () => {
    const fromFebruary = pl.when(pl.col("t").gtEq(50)).then(y).otherwise(pl.lit(null));
    const feature = expression("later", fromFebruary, { reads: ["t", "target"], reach: 7 });
    expect(proveNoLeak(shop, [feature], { ...ask, origins: ["2015-01-19"] }).passed).toBe(true);
    const both = proveNoLeak(shop, [feature], { ...ask, origins: ["2015-01-19", "2015-02-23"] });
    expect(both.guilty).toMatchObject([{ feature: "later", peeks: 7 }]);
  });
});

describe("proveNoLeak() passes", () => {
  const honest: readonly Feature[] = [
    lag(7),
    lag(9, { of: "customers" }),
    rolling(28, { lag: 7 }),
    frozen(["store", "promo"]),
    frozen(["store"], { statistic: "std", blocks: 2 }),
    pooled(["store_type"], { lag: 7, window: 14 }),
    expression("promo_tomorrow", pl.col("promo").shift(-1).over("series"), { reads: ["promo"] }),
  ];
  for (const feature of honest) {
    it(
      feature.name,
      () => expect(prove(feature)).toEqual({ passed: true, checked: 1, origins: ask.origins, guilty: [] }),
    );
  }

  it("a lag below the horizon that says so: it serves forecasts step by step", () => {
    expect(prove(lag(1)).passed).toBe(true);
  });

  it("the shop's whole recipe, on a sample of its series", () => {
    const features = recipe(shop.profile, { horizon: 7 });
    expect(proveNoLeak(shop, features, { ...ask, series: 2 })).toMatchObject({ passed: true, guilty: [] });
  });
});

describe("proveNoLeak() refuses", () => {
  it("an origin with nothing after it: it would prove nothing", () => {
    expect(() => proveNoLeak(shop, [lag(7)], { ...ask, origins: ["2016-01-01"] })).toThrow("none from it on");
  });

  it("an origin with nothing before it", () => {
    expect(() => proveNoLeak(shop, [lag(7)], { ...ask, origins: ["2014-12-29"] })).toThrow("none before it");
  });

  it("a sample of no series", () => {
    expect(() => proveNoLeak(shop, [lag(7)], { ...ask, series: 0 })).toThrow(RangeError);
  });
});

it("proveNoLeak() gives the same verdict for the same seed", () => {
  expect(prove({ ...lag(3), reach: 14 })).toEqual(prove({ ...lag(3), reach: 14 }));
});
