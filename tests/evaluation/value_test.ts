import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { random } from "@/core/random.ts";
import {
  costliestSeries,
  criticalRatio,
  forecastValueAdded,
  orderCosts,
  type OrderedRow,
  orderQuantities,
  quantileEnd,
} from "@/evaluation/mod.ts";

const COSTS = { under: 4, over: 1 };

describe("criticalRatio()", () => {
  it("names the order that costs least: no other quantile of many outcomes is cheaper", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 1e6 }), (under, seed) => {
      const { normal } = random(seed), costs = { under, over: 1 };
      const sold = Float64Array.from({ length: 2_000 }, () => 100 + 10 * normal()), sorted = sold.toSorted();
      const cost = (share: number) => {
        const order = sorted[Math.floor(share * sorted.length)]!;
        return orderCosts(sold, sold.map(() => order), costs).mean;
      };
      const best = cost(criticalRatio(costs));
      for (let share = 0.05; share < 1; share += 0.05) expect(best).toBeLessThanOrEqual(cost(share) + 1e-9);
    }));
  });

  it("refuses costs that are not above zero, and says which", () => {
    expect(() => criticalRatio({ under: 1, over: 0 })).toThrow("over-stock must be above 0: current value is 0");
    expect(() => criticalRatio({ under: -2, over: 1 })).toThrow("under-stock must be above 0: current value is -2");
    expect(() => orderCosts([1], [1], { under: NaN, over: 1 })).toThrow(RangeError);
  });
});

describe("orderQuantities()", () => {
  it("takes the end of the interval that the quantile is", () => {
    const columns = { 60: { lo: Float64Array.of(7), hi: Float64Array.of(14) } };
    expect([...orderQuantities([10], columns, 0.8)]).toEqual([14]);
    expect([...orderQuantities([10], columns, 0.2)]).toEqual([7]);
    expect([...orderQuantities([10], columns, 0.5)]).toEqual([10]);
    expect(() => orderQuantities([10], columns, 0.9)).toThrow("the intervals of 80 % are not there");
  });

  it("knows no quantile beyond 99.5 %", () => {
    expect(quantileEnd(0.99)).toEqual({ level: 98, side: "hi" });
    for (const share of [0, 1, 0.999, NaN]) expect(() => quantileEnd(share)).toThrow(RangeError);
  });
});

describe("forecastValueAdded()", () => {
  it("adds up: what steps save is what the last one saves over naive", () => {
    const steps = [
      { step: "naive", error: 20, cost: 10 },
      { step: "model", error: 12, cost: 7 },
      { step: "planner", error: 15, cost: 8 },
    ];
    const told = forecastValueAdded(steps);
    expect(told.reduce((sum, { saved }) => sum + saved, 0)).toBe(2);
    expect(told.map(({ overNaive }) => overNaive)).toEqual([0, 0.4, 0.25]);
    expect(told[2]!.overBefore).toBeCloseTo(-0.25);
  });
});

describe("costliestSeries()", () => {
  const days = (series: string, sold: (k: number) => number, events: (k: number) => readonly string[] = () => []) =>
    Array.from({ length: 20 }, (_, k): OrderedRow => ({
      series,
      ds: `2015-01-${String(k + 1).padStart(2, "0")}`,
      sold: sold(k),
      forecast: 100,
      ordered: 100,
      events: events(k),
    }));
  const even = (size: number) => (k: number) => 100 + (k % 2 === 0 ? size : -size);

  it("names the cause that explains most of the cost", () => {
    const rows = [
      ...days("low", () => 130),
      ...days("high", () => 40),
      ...days("one day", (k) => k === 7 ? 300 : even(4)(k)),
      ...days("promo", (k) => even(k % 4 < 2 ? 0 : k % 5 === 0 ? 60 : 12)(k), (k) => k % 4 < 2 ? [] : ["promo"]),
      ...days("wild", even(55)),
      ...Array.from({ length: 9 }, (_, k) => days(`usual ${k}`, even(9 + k / 10))).flat(),
    ];
    const causes = Object.fromEntries(
      costliestSeries(rows, { under: 1, over: 1 }).map(({ series, cause }) => [series, cause]),
    );
    expect(causes).toMatchObject({ low: "too low", high: "too high", "one day": "few days", wild: "hard to foresee" });
    expect(causes["usual 8"]).toBe("large");
    const [first] = costliestSeries(days("one day", (k) => k === 7 ? 300 : even(4)(k)), COSTS);
    expect(first!.why).toContain("above all 2015-01-08");
  });

  it("tells shares of the whole cost, dearest first, and no more than asked for", () => {
    const rows = [...days("a", even(10)), ...days("b", even(30)), ...days("c", even(20))];
    const told = costliestSeries(rows, COSTS, { count: 2 });
    expect(told.map(({ series }) => series)).toEqual(["b", "c"]);
    expect(told[0]!.share).toBeCloseTo(0.5);
    expect(told[0]!.underShare).toBeCloseTo(0.8);
  });
});
