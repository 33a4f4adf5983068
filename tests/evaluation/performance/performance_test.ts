import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import {
  conceptDrift,
  conceptTest,
  estimateLoss,
  type JoinedRow,
  leadSummary,
  lossEstimate,
  lossLeads,
  performanceOf,
  recentExcess,
  regressionReport,
  score,
} from "@/evaluation/mod.ts";

function rows(days = 30, series = 4): JoinedRow[] {
  const stream = random(1);
  return Array.from({ length: days * series }, (_, i) => {
    const day = Math.floor(i / series), y = i % 7 === 3 ? 0 : 100 + stream.integer(50);
    return {
      uniqueId: String(i % series),
      ds: new Date(Date.UTC(2015, 7, 1 + day)).toISOString().slice(0, 10),
      origin: "2015-08-01",
      step: day + 1,
      y,
      yHat: y + 10 * stream.normal(),
      intervals: { "80": [y - 5, y + 20] },
    };
  });
}

describe("performanceOf()", () => {
  it("agrees with the metrics that models are judged by", () => {
    const all = rows(), { overall } = performanceOf(all, { width: 7 })!;
    const scores = score(all.map(({ y }) => y), all.map(({ yHat }) => yHat));
    for (const name of ["rmspe", "rmse", "mae", "mape"] as const) expect(overall[name]).toBeCloseTo(scores[name]!, 12);
    expect(overall.coverage).toEqual({ "80": 1 });
    const sum = (of: (row: typeof all[number]) => number) => all.reduce((total, row) => total + of(row), 0);
    expect(overall.wape).toBeCloseTo(sum(({ y, yHat }) => Math.abs(yHat - y)) / sum(({ y }) => y), 12);
  });

  it("rolls over the newest steps", () => {
    const all = rows(), { rolling, recent } = performanceOf(all, { width: 7 })!;
    expect(rolling.length).toBe(30);
    expect(rolling.at(-1)).toMatchObject(recent);
    const last = all.slice(-28), scores = score(last.map(({ y }) => y), last.map(({ yHat }) => yHat));
    expect(recent.rmse).toBeCloseTo(scores.rmse!, 12);
  });

  it("counts each day by its newest forecast, and horizons by all", () => {
    const [row] = rows(1, 1), older = { ...row!, origin: "2015-07-20", step: 13, yHat: 0 };
    const { overall, slices } = performanceOf([older, row!], { width: 7 })!;
    expect(overall.rows).toBe(1);
    expect(slices.map(({ column, level, rows }) => [column, level, rows])).toEqual([
      ["horizon", "1–7", 1],
      ["horizon", "8–14", 1],
    ]);
  });

  it("tells errors by group, leaving out rows without one", () => {
    const groups = { odd: ({ uniqueId }: JoinedRow) => uniqueId === "0" ? undefined : String(Number(uniqueId) % 2) };
    const { slices } = performanceOf(rows(), { width: 7, groups })!;
    expect(slices.filter(({ column }) => column === "odd").map(({ level, rows }) => [level, rows])).toEqual([
      ["0", 30],
      ["1", 60],
    ]);
  });

  it("has nothing to say of nothing", () => expect(performanceOf([], { width: 7 })).toBeUndefined());
});

/** Errors of days that vary as those of a model do: some luck that lasts, some that does not. */
function errors(seed: number, days: number, level = 1): number[] {
  const stream = random(seed);
  let mood = 0;
  return Array.from({ length: days }, () => {
    mood = 0.5 * mood + 0.08 * stream.normal();
    return level * Math.exp(mood + 0.08 * stream.normal());
  });
}

describe("the test for concept drift", () => {
  const stream = (values: readonly number[], mean = 0.1) =>
    values.map((ratio, at) => ({ ds: String(at), error: ratio * mean }));
  const baseline = (seed: number) => {
    const ratios = errors(seed, 168), mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return { mean: 0.1 * mean, ratios: ratios.map((ratio) => ratio / mean) };
  };

  it("cries wolf in at most one of twenty years without a change", () => {
    let alarms = 0;
    for (let seed = 0; seed < 100; seed++) {
      const test = conceptTest(baseline(2 * seed + 1), { yearLength: 364 });
      if (conceptDrift(test, stream(errors(2 * seed + 2, 364))).alarms > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(5);
  });

  it("finds errors that are 30 % larger within two weeks", () => {
    let found = 0;
    for (let seed = 0; seed < 50; seed++) {
      const test = conceptTest(baseline(2 * seed + 1), { yearLength: 364 });
      if (conceptDrift(test, stream(errors(2 * seed + 2, 14, 1.3))).drifted) found++;
    }
    expect(found).toBeGreaterThanOrEqual(45);
  });

  it("lets errors be 10 % larger", () => {
    const test = conceptTest(baseline(1), { yearLength: 364 });
    expect(conceptDrift(test, stream(Array(60).fill(1.1))).drifted).toBe(false);
  });

  it("does not let a slow excess dilute a sudden one", () => {
    const test = conceptTest(baseline(1), { yearLength: 364 }), slow = Array(40).fill(1.12);
    expect(conceptDrift(test, stream(slow)).drifted).toBe(false);
    expect(conceptDrift(test, stream([...slow, ...Array(7).fill(1.4)]))).toMatchObject({ drifted: true, since: "40" });
  });

  it("forgets an excess that is over, and skips days without an error", () => {
    const test = conceptTest(baseline(1), { yearLength: 364 });
    const bad = [...Array(40).fill(1.6), ...Array(400).fill(0.8)];
    expect(conceptDrift(test, stream(bad.slice(0, 40)))).toMatchObject({ drifted: true, since: "0" });
    expect(conceptDrift(test, stream(bad))).toMatchObject({ drifted: false, value: 0, since: null, ratio: null });
    expect(conceptDrift(test, [{ ds: "a", error: null }]).value).toBe(0);
  });

  it("refuses a baseline that says nothing", () => {
    expect(() => conceptTest({ mean: 0, ratios: [1, 1, 1, 1] }, { yearLength: 52 })).toThrow(RangeError);
    expect(() => conceptTest({ mean: 1, ratios: [1] }, { yearLength: 52 })).toThrow("four steps");
  });
});

describe("lossEstimate()", () => {
  const origins = ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"];
  /** Series differ by nature, days by promotion, and what is unusual about a series lasts. */
  const past = () => {
    const stream = random(3), unusual = new Map<string, number>();
    return origins.flatMap((origin) =>
      Array.from({ length: 40 * 28 }, (_, i) => {
        const id = String(i % 40), step = Math.floor(i / 40) + 1, promo = String(stream.integer(2));
        if (i < 40) unusual.set(id, 0.9 * (unusual.get(id) ?? 0) + 0.3 * stream.normal());
        const usual = 0.1 * (1 + (i % 40) / 40) * (promo === "1" ? 1.5 : 1) * (1 + step / 56);
        const loss = usual * Math.exp(unusual.get(id)!) * Math.exp(0.3 * stream.normal());
        return { uniqueId: id, origin, step, loss, groups: { promo } };
      })
    );
  };
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

  it("is calibrated: the next origin's errors are as it said", () => {
    const all = past(), next = all.filter(({ origin }) => origin === origins[3]);
    const estimate = lossEstimate(all.filter(({ origin }) => origin !== origins[3]));
    const before = all.filter(({ origin, step }) => origin === origins[2] && step > 21);
    const expected = estimateLoss(estimate, next, recentExcess(estimate, before));
    const ratio = mean(expected) / mean(next.map(({ loss }) => loss));
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
    const of = (promo: string) => mean(expected.filter((_, i) => next[i]!.groups.promo === promo));
    expect(of("1") / of("0")).toBeGreaterThan(1.35);
  });

  it("carries on what was unusual of a series lately, as far as the past says that it lasts", () => {
    const estimate = lossEstimate(past()), row = { uniqueId: "7", step: 3, groups: { promo: "0" } };
    const [usual] = estimateLoss(estimate, [row]), [worse] = estimateLoss(estimate, [row], new Map([["7", 2]]));
    expect(estimate.carry["0"]!).toBeGreaterThan(0.2);
    expect(worse! / usual!).toBeCloseTo(1 + estimate.carry["0"]!, 12);
  });

  it("tells an excess of the forecast's own first steps from one of a forecast before it", () => {
    // Within an origin all that is unusual of a series stays; the next model knows most of it.
    const stream = random(5);
    const rows = ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"].flatMap((origin) => {
      const own = Array.from({ length: 40 }, () => Math.exp(0.4 * stream.normal()));
      return Array.from({ length: 40 * 28 }, (_, i) => {
        const loss = 0.1 * own[i % 40]! * Math.exp(0.3 * stream.normal());
        return { uniqueId: String(i % 40), origin, step: Math.floor(i / 40) + 1, loss, groups: {} };
      });
    });
    const { carry, lasting } = lossEstimate(rows);
    expect(lasting["0"]!).toBeGreaterThan(0.7);
    expect(carry["0"]!).toBeLessThan(lasting["0"]! - 0.1);
    const row = { uniqueId: "7", step: 10, groups: {} }, recent = new Map([["7", 2]]), estimate = lossEstimate(rows);
    const [before, own] = estimateLoss(estimate, [row, { ...row, after: 3 }], recent);
    expect(own! / before!).toBeCloseTo((1 + lasting["0"]!) / (1 + carry["1"]!), 12);
  });

  it("believes in what comes back at every origin, and not in what one origin had", () => {
    // Mondays are always bad; series 3 was bad at one origin, with many rows.
    const rows = origins.flatMap((origin, at) =>
      Array.from({ length: 28 * 10 }, (_, i) => {
        const uniqueId = String(i % 10), step = Math.floor(i / 10) + 1, day = String(step % 7);
        const loss = 0.1 * (day === "1" ? 2 : 1) * (uniqueId === "3" && at === 1 ? 3 : 1);
        return { uniqueId, origin, step, loss, groups: { day } };
      })
    );
    const { factors } = lossEstimate(rows);
    expect(factors["day"]!["1"]! / factors["day"]!["2"]!).toBeGreaterThan(1.8);
    // Its mean is half as large again.
    expect(factors["unique_id"]!["3"]! / factors["unique_id"]!["4"]!).toBeLessThan(1.25);
  });

  it("expects of a series it does not know what is usual", () => {
    const estimate = lossEstimate(past());
    expect(estimateLoss(estimate, [{ uniqueId: "new", step: 3, groups: {} }])[0]! / estimate.mean).toBeGreaterThan(0.5);
  });

  it("refuses to learn from nothing", () => expect(() => lossEstimate([])).toThrow(RangeError));
});

describe("lossLeads()", () => {
  const origins = Array.from({ length: 6 }, (_, at) => `2015-0${at + 1}-01`), BAD = [2, 4, 5];
  /** Origins whose errors are good or bad from before their beginning to their end: what was bad lately stays so. */
  const rows = origins.flatMap((origin, at) =>
    Array.from({ length: 28 * 8 }, (_, i) => {
      const step = Math.floor(i / 8) + 1, isBad = BAD.includes(at) || (BAD.includes(at + 1) && step > 21);
      return { uniqueId: String(i % 8), origin, step, loss: isBad ? 0.2 : 0.1, groups: {} };
    })
  );
  const options = { margin: 0.2, width: 14, from: [1] };

  it("warns before known errors do, where the past says that an excess stays, and not where there is none", () => {
    const [calm, bad] = lossLeads(rows, { ...options, excess: 0 });
    // Its errors are as usual until its last week.
    expect(calm!.origin).toBe("2015-04-01");
    expect(calm!.estimated).toBeGreaterThan(21);
    expect(bad).toMatchObject({ origin: "2015-05-01", estimated: 7, found: 14, end: 28 });
    const summary = leadSummary(0, [{ ...calm!, estimated: null, expected: null, came: null }, bad!]);
    expect(summary).toMatchObject({ replays: 2, warned: 1, first: 1, afterStart: 7, beforeEnd: 21, beforeFound: 7 });
  });

  it("needs three origins that had ended before", () => {
    const few = rows.filter(({ origin }) => origin < "2015-04-01");
    expect(lossLeads(few, { ...options, excess: 0 })).toEqual([]);
    expect(lossLeads(rows, { ...options, excess: 0, stepDays: 7 })).toEqual([]);
    expect(leadSummary(0.3, [])).toMatchObject({ replays: 0, afterStart: null, cameOfExpected: null });
  });
});

describe("regressionReport()", () => {
  it("puts the rows that were forecast far too low and too high apart", () => {
    const y = Array.from({ length: 200 }, () => 100);
    const kind = y.map((_, i) => i < 10 ? "low" : i >= 190 ? "high" : "usual");
    const yHat = kind.map((name) => name === "low" ? 50 : name === "high" ? 150 : 101);
    const { groups, bias, quality } = regressionReport(y, yHat, { kind });
    expect(groups.map(({ rows, meanError }) => [rows, meanError])).toEqual([[180, 1], [10, -50], [10, 50]]);
    expect(bias[0]).toMatchObject({ majority: "usual", underestimation: "low", overestimation: "high", range: 1 });
    expect(quality.r2).toBeNull();
  });

  it("counts every error once", () => {
    const all = rows(), { errors } = regressionReport(all.map(({ y }) => y), all.map(({ yHat }) => yHat));
    expect(errors.counts.reduce((sum, count) => sum + count, 0)).toBe(all.length);
    expect(errors.edges.length).toBe(errors.counts.length + 1);
  });

  it("tells errors date by date, in their order", () => {
    const { days } = regressionReport([10, 20, 30], [12, 20, 24], {}, ["2015-08-02", "2015-08-01", "2015-08-02"]);
    expect(days).toEqual([
      { ds: "2015-08-01", rows: 1, y: 20, yHat: 20, low: 0, high: 0 },
      { ds: "2015-08-02", rows: 2, y: 20, yHat: 18, low: -6, high: 2 },
    ]);
    expect(regressionReport([1], [1]).days).toEqual([]);
  });

  it("refuses no rows", () => expect(() => regressionReport([], [])).toThrow(RangeError));
});
