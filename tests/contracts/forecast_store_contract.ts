/**
 * What every store of forecasts promises. A new one calls this once from its own test file.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import {
  type ForecastStore,
  type Override,
  OverrideConflictError,
  type ServedPrediction,
  type StoredForecast,
} from "@/serving/stores/forecast_store.ts";

const forecast = (more: Partial<StoredForecast> = {}): StoredForecast => ({
  uniqueId: "1",
  ds: "2015-08-01",
  model: "shop/1",
  origin: "2015-08-01",
  yHat: 5263.5,
  intervals: { "80": [4000, 6500.25] },
  madeAt: "2015-08-01T06:00:00Z",
  ...more,
});

const prediction = (more: Partial<ServedPrediction> = {}): ServedPrediction => ({
  at: "2015-08-01T06:00:00.000Z",
  requestId: "a",
  route: "/predict",
  model: "shop/1",
  uniqueId: "1",
  ds: "2015-08-02",
  yHat: 100,
  hash: "0123456789abcdef",
  changes: "{}",
  origin: "2015-08-01",
  ms: 1.5,
  ...more,
});

const override = (more: Partial<Override> = {}): Override => ({
  uniqueId: "1",
  ds: "2015-08-01",
  revision: 1,
  value: 6000.25,
  lo: null,
  hi: null,
  withdrawn: false,
  reason: "Street party",
  by: "carla",
  madeAt: "2015-07-30T06:00:00Z",
  statistical: 5263.5,
  model: "shop/1",
  requestId: "a",
  ...more,
});

/** Runs the contract; each test gets an empty store of its own. */
export function forecastStoreContract(
  name: string,
  open: () => Promise<ForecastStore>,
  options: { readonly skip?: string } = {},
): void {
  // deno-lint-ignore no-console -- a test that skips says why
  if (options.skip !== undefined) console.log(`skipped: ${options.skip}`);
  describe(`${name} keeps the contract of a store of forecasts`, { skip: options.skip !== undefined }, () => {
    it("gives back what was put, by date", async () => {
      await using store = await open();
      const rows = [forecast({ ds: "2015-08-02" }), forecast(), forecast({ uniqueId: "2" })];
      await store.putForecasts(rows);
      expect(await store.forecasts({ uniqueId: "1" })).toEqual([rows[1], rows[0]]);
      expect(await store.forecasts({ uniqueId: "1", from: "2015-08-02" })).toEqual([rows[0]]);
      expect(await store.forecasts({ uniqueId: "1", to: "2015-08-01" })).toEqual([rows[1]]);
      expect(await store.forecasts({ uniqueId: "3" })).toEqual([]);
    });

    it("putting again changes nothing, and a newer value replaces the old one", async () => {
      await using store = await open();
      await store.putForecasts([forecast()]);
      await store.putForecasts([forecast()]);
      await store.putForecasts([forecast({ yHat: 7 }), forecast({ yHat: 8 })]);
      expect(await store.forecasts({ uniqueId: "1" })).toEqual([forecast({ yHat: 8 })]);
      expect((await store.counts()).forecasts).toBe(1);
    });

    it("gives the newest forecast of a date: by origin, then by when it was made", async () => {
      await using store = await open();
      await store.putForecasts([
        forecast({ model: "shop/2", origin: "2015-07-01", madeAt: "2015-09-01T00:00:00Z", yHat: 1 }),
        forecast({ model: "shop/2", madeAt: "2015-08-01T07:00:00Z", yHat: 2 }),
        forecast({ yHat: 3 }),
      ]);
      expect((await store.forecasts({ uniqueId: "1" })).map(({ yHat }) => yHat)).toEqual([2]);
      expect((await store.forecasts({ uniqueId: "1", model: "shop/1" })).map(({ yHat }) => yHat)).toEqual([3]);
    });

    it("gives every forecast of some dates, the older ones too", async () => {
      await using store = await open();
      const older = forecast({ origin: "2015-07-01" }), other = forecast({ uniqueId: "2", ds: "2015-08-02" });
      await store.putForecasts([other, forecast(), older, forecast({ ds: "2015-08-03" })]);
      expect(await store.forecastsOf({ from: "2015-08-01", to: "2015-08-02" })).toEqual([older, forecast(), other]);
      expect(await store.forecastsOf({ limit: 1 })).toEqual([older]);
      expect((await store.forecastsOf({})).length).toBe(4);
    });

    it("knows which series a batch has done", async () => {
      await using store = await open();
      await store.putForecasts([forecast(), forecast({ uniqueId: "2" }), forecast({ uniqueId: "3", model: "shop/2" })]);
      expect(await store.forecastSeries("shop/1", "2015-08-01")).toEqual(new Set(["1", "2"]));
      expect(await store.forecastSeries("shop/1", "2015-08-02")).toEqual(new Set());
    });

    it("keeps any text and any finite number, whatever SQL thinks of it", async () => {
      await using store = await open();
      const odd = ["'; DROP TABLE forecasts; --", "ä\u{1f600}\"'$1", "-1"];
      await store.putForecasts(odd.map((uniqueId, k) => forecast({ uniqueId, yHat: [1e308, -0.1, 5e-324][k]! })));
      for (const [k, uniqueId] of odd.entries()) {
        expect((await store.forecasts({ uniqueId }))[0]!.yHat).toBe([1e308, -0.1, 5e-324][k]);
      }
    });

    it("logs predictions in their order, by day", async () => {
      await using store = await open();
      const rows = [
        prediction(),
        prediction({ at: "2015-08-01T07:00:00.000Z" }),
        prediction({ at: "2015-08-02T00:00:00.000Z" }),
      ];
      await store.logPredictions(rows);
      expect(await store.predictions("2015-08-01")).toEqual(rows.slice(0, 2));
      expect(await store.predictions("2015-08-01", { skip: 1, limit: 1 })).toEqual([rows[1]]);
    });

    it("reports use by day, model and route", async () => {
      await using store = await open();
      await store.logPredictions([
        prediction(),
        prediction({ yHat: 300, ms: 2.5, uniqueId: "2" }),
        prediction({ requestId: "b", yHat: 200 }),
        prediction({ model: "shop/2" }),
      ]);
      const [first, second] = await store.usage("2015-08-01", "2015-08-01");
      expect(first).toMatchObject({
        day: "2015-08-01",
        model: "shop/1",
        predictions: 3,
        requests: 2,
        series: 2,
        maxMs: 2.5,
        meanYHat: 200,
        minYHat: 100,
        maxYHat: 300,
      });
      expect(second?.model).toBe("shop/2");
    });

    it("takes actuals once: telling them again changes nothing, a correction does", async () => {
      await using store = await open();
      const actual = { uniqueId: "1", ds: "2015-08-01", y: 5000, receivedAt: "2015-08-02T06:00:00Z" };
      expect(await store.putActuals([actual, { ...actual, ds: "2015-08-02" }])).toBe(2);
      expect(await store.putActuals([{ ...actual, receivedAt: "2015-08-03T06:00:00Z" }])).toBe(0);
      expect(await store.putActuals([{ ...actual, y: 5001 }])).toBe(1);
      expect((await store.actuals({ uniqueId: "1", to: "2015-08-01" })).map(({ y }) => y)).toEqual([5001]);
      expect(await store.actuals({ uniqueId: "2" })).toEqual([]);
    });

    it("joins forecasts with what was sold", async () => {
      await using store = await open();
      await store.putForecasts([forecast(), forecast({ ds: "2015-08-02" })]);
      await store.putActuals([{ uniqueId: "1", ds: "2015-08-01", y: 5000, receivedAt: "2015-08-02T06:00:00Z" }]);
      const outcomes = await store.outcomes({});
      expect(outcomes).toEqual([{
        uniqueId: "1",
        ds: "2015-08-01",
        model: "shop/1",
        origin: "2015-08-01",
        yHat: 5263.5,
        y: 5000,
        intervals: { "80": [4000, 6500.25] },
      }]);
      expect(await store.outcomes({ from: "2015-08-02" })).toEqual([]);
    });

    it("keeps every override, and knows which is the newest of each date", async () => {
      await using store = await open();
      const rows = [
        override(),
        override({ ds: "2015-08-02", value: null, lo: 10, hi: 20.5 }),
        override({ uniqueId: "2", reason: "'; DROP TABLE overrides; -- ä" }),
      ];
      await store.putOverrides([rows[2]!, rows[1]!, rows[0]!]);
      const second = override({ revision: 2, value: null, withdrawn: true });
      await store.putOverrides([second]);
      expect(await store.overrides({})).toEqual([second, rows[1], rows[2]]);
      expect(await store.overrides({ history: true })).toEqual([rows[0], second, rows[1], rows[2]]);
      expect(await store.overrides({ uniqueId: "1", from: "2015-08-02", to: "2015-08-02" })).toEqual([rows[1]]);
    });

    it("refuses a revision that is there, and keeps nothing of what came with it", async () => {
      await using store = await open();
      await store.putOverrides([override()]);
      const clash = [override({ ds: "2015-08-02" }), override({ by: "dora", value: 1 })];
      await expect(store.putOverrides(clash)).rejects.toBeInstanceOf(OverrideConflictError);
      expect(await store.overrides({ history: true })).toEqual([override()]);
    });

    it("lets one of many who override at once go first, and loses nothing", async () => {
      await using store = await open();
      const tries = await Promise.allSettled(
        ["a", "b", "c", "d"].map((by) => store.putOverrides([override({ by })])),
      );
      expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await store.overrides({ history: true })).toHaveLength(1);
    });

    it("forgets old predictions, and all but the newest", async () => {
      await using store = await open();
      await store.logPredictions([
        prediction({ at: "2015-01-01T00:00:00.000Z" }),
        ...["a", "b", "c"].map((requestId) => prediction({ requestId })),
      ]);
      await store.trim("2015-07-01", 2);
      expect((await store.predictions("2015-08-01")).map(({ requestId }) => requestId)).toEqual(["b", "c"]);
      expect((await store.counts()).predictions).toBe(2);
    });

    it("takes thousands of rows at once, and nothing at all", async () => {
      await using store = await open();
      await store.putForecasts([]);
      await store.logPredictions([]);
      const rows = Array.from({ length: 12_000 }, (_, k) => forecast({ uniqueId: String(k) }));
      await store.putForecasts(rows);
      expect((await store.counts()).forecasts).toBe(12_000);
    });
  });
}
