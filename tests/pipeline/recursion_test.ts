import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { column } from "@/core/matrix.ts";
import type { Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { proveNoLeak, recipe } from "@/features/mod.ts";
import { forecastRecursively, oneStepTable } from "@/pipeline/recursion.ts";
import { panel } from "../support/panel.ts";

const ORIGIN = "2015-02-09", HORIZON = 14;
const shop = panel({ series: 2, length: 56 });

/** Forecasts a hundredth more than the season's newest value that it knows. */
const growing: Model = {
  kind: "growing",
  features: ["seasonal_naive"],
  predict: (x) => Float64Array.from(column(x, "seasonal_naive"), (value) => value * 1.01),
  save: () => ({}),
  [Symbol.dispose]() {},
};

const forecast = (own: Panel) => forecastRecursively(growing, own, { origin: ORIGIN, horizon: HORIZON });

describe("forecastRecursively()", () => {
  it("feeds forecasts back: the second week grows from the first one's forecasts", () => {
    const forecasts = forecast(shop);
    expect(forecasts).toHaveLength(2 * HORIZON);
    const first = forecasts.subarray(0, 7), second = forecasts.subarray(7, 14);
    const open = [...first.keys()].filter((day) => first[day]! > 0);
    expect(open.length).toBeGreaterThanOrEqual(5);
    for (const day of open) expect(second[day]! / first[day]!).toBeCloseTo(1.01, 5);
  });

  it("knows nothing from the origin on but the plan: other sales and customers there change no bit", () => {
    const after = pl.col("ds").gtEq(pl.lit(new Date(`${ORIGIN}T00:00:00Z`)).cast(pl.Date));
    const other = ["y", "customers"].map((name) =>
      pl.when(after).then(pl.col(name).mul(2.9).add(1)).otherwise(pl.col(name)).alias(name)
    );
    expect(forecast({ ...shop, frame: shop.frame.withColumns(...other) })).toEqual(forecast(shop));
  });

  it("gives one forecast per row of the window, series after series; closed days sell nothing", () => {
    const window = oneStepTable(shop, ORIGIN).frame.filter(pl.col("block").gtEq(0).and(pl.col("block").lt(HORIZON)));
    const open = window.getColumn("open").toArray() as number[];
    const forecasts = forecast(shop);
    expect(forecasts).toHaveLength(window.height);
    expect([...forecasts].map((value) => value > 0)).toEqual(open.map((value) => value > 0));
  });
});

describe("the features of one step", () => {
  it("leak nothing: the prover finds every row that a forecaster of one step could know unchanged", () => {
    const features = recipe(shop.profile, { horizon: 1 });
    const { passed, guilty, checked } = proveNoLeak(shop, features, { origins: [ORIGIN], horizon: 1, seed: 1 });
    expect(guilty).toEqual([]);
    expect(passed).toBe(true);
    expect(checked).toBeGreaterThan(20);
  });
});
