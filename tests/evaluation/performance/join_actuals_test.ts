import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { joinActuals, type LoggedActual, type LoggedForecast, newestForecasts } from "@/evaluation/mod.ts";

const OPTIONS = { frequency: "1d", now: "2015-09-01T00:00:00Z" } as const;

const forecast = (more: Partial<LoggedForecast> = {}): LoggedForecast => ({
  uniqueId: "1",
  ds: "2015-08-03",
  model: "shop/1",
  origin: "2015-08-01",
  yHat: 90,
  intervals: {},
  ...more,
});
const actual = (more: Partial<LoggedActual> = {}): LoggedActual => ({
  uniqueId: "1",
  ds: "2015-08-03",
  y: 100,
  receivedAt: "2015-08-04T06:00:00Z",
  ...more,
});

describe("joinActuals()", () => {
  it("counts steps from the origin, in days or in weeks", () => {
    expect(joinActuals([forecast()], [actual()], OPTIONS).rows[0]).toMatchObject({ step: 3, y: 100, yHat: 90 });
    const weekly = joinActuals([forecast({ ds: "2015-08-15" })], [
      actual({ ds: "2015-08-15", receivedAt: "2015-08-23T00:00:00Z" }),
    ], { ...OPTIONS, frequency: "1w" });
    expect(weekly.rows[0]!.step).toBe(3);
  });

  it("takes the last received of two values, whatever the order in which they are read", () => {
    const first = actual(), second = actual({ y: 120, receivedAt: "2015-08-05T06:00:00Z" });
    for (const actuals of [[first, second], [second, first]]) {
      const { rows, counts, findings } = joinActuals([forecast()], actuals, OPTIONS);
      expect(rows.map(({ y }) => y)).toEqual([120]);
      expect(counts).toMatchObject({ corrected: 1, repeated: 0, joined: 1 });
      expect(findings.map(({ check }) => check)).toEqual(["actuals_corrected"]);
    }
  });

  it("counts a value that is told twice once", () => {
    const { rows, counts, findings } = joinActuals([forecast()], [actual(), actual()], OPTIONS);
    expect([rows.length, counts.repeated, findings]).toEqual([1, 1, []]);
  });

  it("uses late sales and says that they were late", () => {
    const { rows, counts } = joinActuals([forecast()], [actual({ receivedAt: "2015-08-20T06:00:00Z" })], OPTIONS);
    expect([rows.length, counts.late]).toEqual([1, 1]);
  });

  it("says when sales are of series that nobody forecast", () => {
    const { rows, counts, findings } = joinActuals([forecast()], [actual({ uniqueId: "9" })], OPTIONS);
    expect([rows.length, counts.unknown, counts.waiting]).toEqual([0, 1, 1]);
    expect(findings.map(({ check }) => check)).toEqual(["actuals_unknown", "actuals_none_joined"]);
  });

  it("sets sales aside that came before their day, or of days to come: a clock is wrong", () => {
    const skewed = [
      actual({ receivedAt: "2015-08-01T00:00:00Z" }),
      actual({ ds: "2015-12-24", receivedAt: "2016-01-01T00:00:00Z" }),
    ];
    const { rows, counts, findings } = joinActuals([forecast()], skewed, OPTIONS);
    expect([rows.length, counts.skewed]).toEqual([0, 2]);
    expect(findings.map(({ check }) => check)).toContain("actuals_clock");
  });

  it("sets aside what is no number, and forecasts of days before their origin", () => {
    const odd = [forecast({ yHat: NaN }), forecast({ ds: "2015-07-01" })];
    const { counts } = joinActuals(odd, [actual({ y: Infinity }), actual({ ds: "2015-07-01" })], OPTIONS);
    expect(counts).toMatchObject({ broken: 3, joined: 0 });
  });

  it("has nothing to say of nothing", () => {
    expect(joinActuals([], [], OPTIONS)).toMatchObject({ rows: [], findings: [] });
  });
});

describe("newestForecasts()", () => {
  it("keeps the newest forecast of each day", () => {
    const rows = [forecast(), forecast({ origin: "2015-08-02" }), forecast({ uniqueId: "2" })];
    expect(newestForecasts(rows)).toEqual([rows[1], rows[2]]);
  });
});
