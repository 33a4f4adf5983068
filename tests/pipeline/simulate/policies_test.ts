import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import type { History, WeekError } from "@/pipeline/simulate/history.ts";
import { errorCost, POLICIES, type Prices, replayPolicy, staleness } from "@/pipeline/simulate/policies.ts";

const PRICES: Prices = { under: 1, over: 1, cpuHour: 3600, approval: 10 };
const week = (under: number): WeekError => ({ under, over: 0, sales: 1_000, squares: (under / 1_000) ** 2, rows: 1 });

/** A history in which a model of a training week misses so much in a week. */
function history(
  { count = 12, lead = 0, look = 2, missed, due = () => [], naive = 500 }: {
    readonly count?: number;
    readonly lead?: number;
    readonly look?: number;
    readonly missed: (trained: number, asked: number) => number;
    readonly due?: (week: number) => readonly string[];
    readonly naive?: number;
  },
): History {
  const total = count + lead, all = Array.from({ length: total }, (_, k) => k);
  return {
    model: "toy",
    weeks: all.slice(lead).map((k) => `week ${k - lead}`),
    lead,
    look,
    errors: all.map((i) => all.map((j) => j < i ? undefined : week(missed(i, j)))),
    naive: all.map(() => week(naive)),
    cpuSeconds: all.map(() => 2),
    due: all.map(due),
  };
}
/** Every week of age costs 30 more. */
const aging = (trained: number, asked: number) => 100 + 30 * (asked - trained);
const eventsOf = (run: ReturnType<typeof replayPolicy>) =>
  run.weeks.flatMap(({ week, events }) => events.map((event) => `${week}: ${event.split(":")[0]}`));

describe("replayPolicy()", () => {
  it("never: the first model grows old", () => {
    const run = replayPolicy(history({ missed: aging }), "never", PRICES);
    expect(run).toMatchObject({ retrained: 0, deployed: 0, cpuSeconds: 0 });
    expect(run.weeks.map(({ age }) => age)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(run.cost).toEqual({ error: 12 * 100 + 30 * 66, compute: 0, people: 0, total: 3_180 });
    expect(run.wape).toBeCloseTo(3_180 / 12_000, 12);
  });

  it("monthly: a new one every four weeks, paid in computing and people", () => {
    const run = replayPolicy(history({ missed: aging }), "monthly", PRICES);
    expect(eventsOf(run)).toEqual(["week 4: retrained", "week 4: deployed", "week 8: retrained", "week 8: deployed"]);
    expect(run.weeks.map(({ age }) => age)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(run.cost).toEqual({ error: 1_200 + 30 * 18, compute: 4, people: 20, total: 1_764 });
  });

  it("drift: when monitoring asks, and not again at once", () => {
    const due = (week: number) => week >= 3 && week < 5 ? ["sales jumped"] : [];
    const run = replayPolicy(history({ missed: () => 100, due }), "drift", PRICES);
    expect(eventsOf(run).filter((event) => event.includes("retrained"))).toEqual(["week 3: retrained"]);
  });

  it("drift: when errors of two weeks are a fifth above what the model promised, though no input changed", () => {
    const jump = (trained: number, asked: number) => asked >= 6 && trained < 8 ? 200 : 100;
    const run = replayPolicy(history({ lead: 2, missed: jump }), "drift", PRICES);
    expect(eventsOf(run).find((event) => event.includes("retrained"))).toBe("week 6: retrained");
    expect(run.cost.total).toBeLessThan(replayPolicy(history({ lead: 2, missed: jump }), "never", PRICES).cost.total);
  });

  it("keeps the model in production where the recipe has become worse than it", () => {
    const worse = (trained: number) => trained === 0 ? 100 : 300;
    const run = replayPolicy(history({ missed: worse }), "monthly", PRICES);
    expect(run).toMatchObject({ retrained: 2, deployed: 0 });
    expect(run.weeks[4]!.events[1]).toBe("kept: worse than the model in production by 200.0 %");
  });

  it("rolls back where the new model does worse than the old one would have", () => {
    const bad = (trained: number) => trained === 4 ? 300 : trained === 2 ? 90 : 100;
    const run = replayPolicy(history({ missed: bad, count: 8 }), "monthly", PRICES);
    expect(eventsOf(run)).toEqual([
      "week 4: retrained",
      "week 4: deployed",
      "week 6: rolled back to the model of week 0",
    ]);
    expect(run).toMatchObject({ rolledBack: 1 });
    expect(run.weeks.map(({ age }) => age)).toEqual([0, 1, 2, 3, 0, 1, 6, 7]);
  });

  it("oracle: no policy costs less, whatever the history", () => {
    const table = fc.array(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 12, maxLength: 12 }), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(table, fc.integer({ min: 0, max: 300 }), (missed, approval) => {
        const made = history({ missed: (i, j) => missed[i]![j]!, lead: 2, count: 10 }),
          prices = { ...PRICES, approval };
        const [oracle, ...others] = ["oracle" as const, ...POLICIES].map((policy) =>
          replayPolicy(made, policy, prices).cost.total
        );
        expect(Math.min(...others)).toBeGreaterThanOrEqual(oracle! - 1e-6);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("oracle: costs what the best of all plans costs, counted one by one", () => {
    const missed = (i: number, j: number) => [90, 210, 40, 160, 120, 300][(7 * i + 3 * j) % 6]!;
    const made = history({ missed, count: 6 });
    const plans = Array.from({ length: 2 ** 5 }, (_, bits) => {
      let model = 0, cost = 0;
      for (let k = 0; k < 6; k++) {
        if (k > 0 && (bits >> (k - 1)) & 1) {
          model = k;
          cost += 12;
        }
        cost += errorCost(made.errors[model]![k]!, PRICES);
      }
      return cost;
    });
    expect(replayPolicy(made, "oracle", PRICES).cost.total).toBeCloseTo(Math.min(...plans), 9);
  });
});

describe("staleness()", () => {
  it("compares models of an age with fresh ones of the same weeks", () => {
    const ages = staleness(history({ missed: aging, count: 5 }), PRICES);
    expect(ages.map(({ age, pairs, cost }) => [age, pairs, cost])).toEqual([[0, 5, 0], [1, 4, 30], [2, 3, 60], [
      3,
      2,
      90,
    ], [4, 1, 120]]);
    expect(ages[2]).toMatchObject({ wape: 0.16, fresh: 0.1 });
  });
});
