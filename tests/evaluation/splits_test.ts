import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { planWindows } from "@/evaluation/mod.ts";

const DAILY = { firstDate: "2013-01-01", frequency: "1d", horizon: 42, seasonLength: 7 } as const;
const WEEKLY = { firstDate: "2010-02-05", frequency: "1w", horizon: 13, seasonLength: 52 } as const;

const origins = (plan: ReturnType<typeof planWindows>) => plan.backtest.map((window) => window.origin);
const daysBetween = (a: string, b: string) =>
  Temporal.PlainDate.from(a).until(Temporal.PlainDate.from(b), { largestUnit: "day" }).days;

describe("planWindows()", () => {
  it("holds out the last steps, and sets three windows of the same length side by side before them", () => {
    const plan = planWindows({ ...DAILY, asOf: "2015-06-20" });
    expect(plan.holdout).toEqual({ origin: "2015-05-09", from: "2015-05-09", to: "2015-06-19" });
    expect(plan.backtest).toEqual([
      { origin: "2015-01-03", from: "2015-01-03", to: "2015-02-13" },
      { origin: "2015-02-14", from: "2015-02-14", to: "2015-03-27" },
      { origin: "2015-03-28", from: "2015-03-28", to: "2015-05-08" },
    ]);
    expect(plan.notes).toEqual([]);
  });

  it("keeps the weekday of weekly data", () => {
    const plan = planWindows({ ...WEEKLY, asOf: "2012-08-03" });
    expect(plan.holdout).toEqual({ origin: "2012-05-04", from: "2012-05-04", to: "2012-07-27" });
    expect(origins(plan)).toEqual(["2011-08-05", "2011-11-04", "2012-02-03"]);
  });

  it("takes an as-of date inside a week as the week's end not being known", () => {
    const friday = planWindows({ ...WEEKLY, asOf: "2012-08-03" });
    for (const asOf of ["2012-07-28", "2012-07-31", "2012-08-02"]) {
      expect(planWindows({ ...WEEKLY, asOf })).toEqual(friday);
    }
    expect(planWindows({ ...WEEKLY, asOf: "2012-08-04" }).holdout.to).toBe("2012-08-03");
  });

  it("counts days through a leap year", () => {
    const plan = planWindows({ ...DAILY, firstDate: "2015-01-01", asOf: "2016-03-02", horizon: 2, windows: 0 });
    expect(plan.holdout).toEqual({ origin: "2016-02-29", from: "2016-02-29", to: "2016-03-01" });
  });

  it("lets windows overlap when the history is too short for them to stand side by side", () => {
    // 109 weeks: the newest window starts after 83, the oldest may start after 65.
    const asOf = Temporal.PlainDate.from(WEEKLY.firstDate).add({ weeks: 109 }).toString();
    const plan = planWindows({ ...WEEKLY, asOf });
    expect(origins(plan).map((origin) => daysBetween(WEEKLY.firstDate, origin) / 7)).toEqual([65, 74, 83]);
    expect(plan.notes.join()).toContain("9 weeks apart instead of 13 and overlap");
  });

  it("runs fewer windows when no origin has a season and a horizon before it, and says so", () => {
    const weeks = (n: number) => Temporal.PlainDate.from(WEEKLY.firstDate).add({ weeks: n }).toString();
    const one = planWindows({ ...WEEKLY, asOf: weeks(91) });
    expect(origins(one)).toEqual([weeks(65)]);
    expect(one.notes.join()).toContain("1 of 3 backtest windows can be run");
    expect(one.notes.join()).toContain("65 weeks of history (one season of 52 and a horizon of 13)");

    const none = planWindows({ ...WEEKLY, asOf: weeks(90) });
    expect(none.backtest).toEqual([]);
    expect(none.notes.length).toBe(1);
  });

  it("says so when even the holdout has less than a season and a horizon before it", () => {
    const plan = planWindows({ ...DAILY, asOf: "2013-03-31" });
    expect(plan.holdout.origin).toBe("2013-02-17");
    expect(plan.notes[0]).toContain("only 47 days of history");
  });

  it("refuses a history shorter than the horizon, and names a horizon that would do", () => {
    const short = { ...DAILY, asOf: "2013-03-02" };
    expect(() => planWindows(short)).toThrow(RangeError);
    expect(() => planWindows(short)).toThrow("the data has 60 days, from 2013-01-01 to before 2013-03-02");
    expect(() => planWindows(short)).toThrow("a horizon of at most 30 would do");
    expect(planWindows({ ...short, horizon: 30 }).holdout.origin).toBe("2013-01-31");
    expect(() => planWindows({ ...DAILY, asOf: "2012-01-01" })).toThrow("has 0 days");
  });

  it("steps back as far as it is told to", () => {
    const plan = planWindows({ ...DAILY, asOf: "2015-06-20", windows: 2, step: 14 });
    expect(origins(plan)).toEqual(["2015-03-14", "2015-03-28"]);
    expect(plan.notes).toEqual([]);
  });

  it("refuses numbers that make no sense", () => {
    for (const wrong of [{ horizon: 0 }, { windows: -1 }, { step: 0 }, { seasonLength: 1.5 }]) {
      expect(() => planWindows({ ...DAILY, asOf: "2015-06-20", ...wrong })).toThrow("must be a whole number");
    }
    expect(() => planWindows({ ...DAILY, asOf: "20.06.2015" })).toThrow(RangeError);
  });

  it("never lets a window reach into the holdout, or start without the history it needs", () => {
    const request = fc.record({
      steps: fc.integer({ min: 2, max: 400 }),
      horizon: fc.integer({ min: 1, max: 60 }),
      seasonLength: fc.integer({ min: 1, max: 60 }),
      windows: fc.integer({ min: 0, max: 6 }),
      weekly: fc.boolean(),
    }).filter(({ steps, horizon }) => steps >= 2 * horizon);
    fc.assert(fc.property(request, ({ steps, horizon, seasonLength, windows, weekly }) => {
      const days = weekly ? 7 : 1;
      const first = Temporal.PlainDate.from("2012-01-06");
      const { holdout, backtest, notes } = planWindows({
        firstDate: first.toString(),
        asOf: first.add({ days: steps * days }).toString(),
        frequency: weekly ? "1w" : "1d",
        horizon,
        seasonLength,
        windows,
      });
      expect(daysBetween(holdout.from, holdout.to)).toBe((horizon - 1) * days);
      expect(backtest.length < windows).toBe(notes.some((note) => note.includes("backtest windows can be run")));
      backtest.forEach((window, k) => {
        expect(window.origin).toBe(window.from);
        expect(daysBetween(window.from, window.to)).toBe((horizon - 1) * days);
        expect(daysBetween(window.to, holdout.from)).toBeGreaterThan(0);
        expect(daysBetween(first.toString(), window.origin)).toBeGreaterThanOrEqual((seasonLength + horizon) * days);
        if (k > 0) expect(daysBetween(backtest[k - 1]!.origin, window.origin)).toBeGreaterThan(0);
      });
    }));
  });
});
