import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { ParamsError } from "@/core/errors.ts";
import { random } from "@/core/random.ts";
import {
  halve,
  halvingRungs,
  positionOf,
  searchSpace,
  shouldGiveUp,
  type Space,
  suggest,
  type Tried,
  valueAt,
} from "@/evaluation/mod.ts";
import { regressors } from "@/models/mod.ts";

const { schema } = regressors["lightgbm"]!;
const SPACE: Space = searchSpace(schema, {
  learning_rate: { min: 0.01, max: 0.5, log: true },
  num_leaves: { min: 4, max: 256, log: true },
  feature_fraction: { min: 0.2, max: 1 },
  objective: { values: ["l1", "l2"] },
}, "lightgbm");

/** Best at a rate of 0.1, 32 leaves, all features and l1. */
function loss(point: Readonly<Record<string, string | number | boolean>>): number {
  return Math.log(Number(point["learning_rate"]) / 0.1) ** 2 + Math.log(Number(point["num_leaves"]) / 32) ** 2 / 4 +
    (1 - Number(point["feature_fraction"])) ** 2 + (point["objective"] === "l1" ? 0 : 0.5);
}

function run(search: "random" | "tpe", seed: number, trials: number): Tried[] {
  const history: Tried[] = [];
  while (history.length < trials) {
    const point = suggest(SPACE, history, { seed, search });
    history.push({ point, loss: loss(point) });
  }
  return history;
}

describe("searchSpace()", () => {
  it("takes kinds and limits from the regressor's schema", () => {
    expect(SPACE.map(({ name, kind }) => [name, kind])).toEqual([
      ["feature_fraction", "number"],
      ["learning_rate", "number"],
      ["num_leaves", "integer"],
      ["objective", "choice"],
    ]);
  });

  it("names everything that contradicts itself or the schema, at once", () => {
    const attempt = () =>
      searchSpace(schema, {
        learning_rate: { min: 0.5, max: 0.1 },
        num_leavs: { min: 2, max: 3 },
        feature_fraction: { min: 0.5, max: 1.5 },
        lambda_l2: { min: 0, max: 10, log: true },
        objective: { values: ["l1", "l3"] },
        bagging_fraction: { min: 0.5 },
        linear_tree: { min: 0, max: 1 },
        max_bin: { min: 10, max: 20, values: [15] },
        num_leaves: { min: 2.5, max: 30 },
      }, "lightgbm");
    expect(attempt).toThrow(ParamsError);
    for (
      const says of [
        "min 0.5 is above max 0.1",
        'Did you mean "num_leaves"?',
        "max 1.5 is not allowed: a number <= 1 and > 0".replace("<= 1 and > 0", "> 0 and <= 1"),
        "on a logarithmic scale min must be above 0: it is 0",
        "the value l3 is not allowed: one of l2, l1",
        "a range needs both min and max",
        "it is a choice and needs values: true or false",
        "it has values and a range",
        "min 2.5 is not allowed: a whole number",
      ]
    ) expect(attempt).toThrow(says);
    expect(() => searchSpace(schema, {}, "lightgbm")).toThrow("no parameter is in it");
  });

  it("values and positions are each other's inverse, within the range", () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), (at, k) => {
      const dimension = SPACE[k]!, value = valueAt(dimension, at);
      if (dimension.kind === "choice") expect(dimension.values).toContain(value);
      else {
        expect(value).toBeGreaterThanOrEqual(dimension.min);
        expect(value).toBeLessThanOrEqual(dimension.max);
        expect(valueAt(dimension, positionOf(dimension, value))).toBe(value);
      }
    }));
  });
});

describe("suggest()", () => {
  it("repeats exactly from the same seed, and goes on the same after a stop", () => {
    const whole = run("tpe", 3, 30);
    expect(run("tpe", 3, 30)).toEqual(whole);
    for (const stopped of [1, 9, 20]) {
      expect(suggest(SPACE, whole.slice(0, stopped), { seed: 3 })).toEqual(whole[stopped]!.point);
    }
    expect(run("tpe", 4, 3)).not.toEqual(whole.slice(0, 3));
  });

  it("learns: of forty trials the later ones are better than by chance, whatever the seed", () => {
    const late = (search: "random" | "tpe") =>
      [1, 2, 3, 4, 5].map((seed) => {
        const tried = run(search, seed, 40).slice(20);
        return tried.reduce((sum, { loss }) => sum + loss, 0) / tried.length;
      });
    const chance = late("random"), learnt = late("tpe");
    learnt.forEach((own, k) => expect(own).toBeLessThan(0.6 * chance[k]!));
  });

  it("goes on when trials fail, even when all of them do", () => {
    const history = run("tpe", 1, 12).map((tried, k): Tried => k % 2 === 0 ? { ...tried, loss: Infinity } : tried);
    expect(Object.keys(suggest(SPACE, history, { seed: 1 }))).toHaveLength(4);
    const failed = history.map(({ point }) => ({ point, loss: Infinity }));
    expect(Object.keys(suggest(SPACE, failed, { seed: 1 }))).toHaveLength(4);
  });
});

describe("halve()", () => {
  /** Tries as the plan says; a part of the budget sees the loss through noise, the less of it the more. */
  const search = (trials: number, rungs: number, seed = 1) => {
    const history: (Tried & { readonly share: number })[] = [], { normal } = random(seed);
    for (;;) {
      const next = halve(SPACE, history, { seed, trials, rungs });
      if (next === undefined) return history;
      history.push({ ...next, loss: loss(next.point) + (1 - next.share) * 0.2 * normal() });
    }
  };

  it("has as many trials as it may, each rung half of the one before on twice the budget, the last on all of it", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 6 }), (trials, most) => {
      const rungs = halvingRungs(trials, most);
      expect(rungs.reduce((sum, { count }) => sum + count, 0)).toBe(trials);
      expect(rungs.length).toBeLessThanOrEqual(most);
      expect(rungs.at(-1)!.share).toBe(1);
      rungs.slice(1).forEach(({ first, count, share }, k) => {
        expect(first).toBe(rungs[k]!.first + rungs[k]!.count);
        expect(share).toBe(2 * rungs[k]!.share);
        expect(count).toBeLessThan(rungs[k]!.count);
        expect(count).toBeGreaterThan(0);
      });
    }));
  });

  it("repeats from the same seed and after a stop, and promotes the best of each rung", () => {
    const whole = search(28, 3);
    expect(search(28, 3)).toEqual(whole);
    expect(search(28, 3, 2)[0]!.point).not.toEqual(whole[0]!.point);
    expect(halve(SPACE, whole.slice(0, 20), { seed: 1, trials: 28, rungs: 3 })!.point).toEqual(whole[20]!.point);
    const [first, second] = halvingRungs(28, 3);
    const best = whole.slice(0, first!.count).toSorted((a, b) => a.loss - b.loss).slice(0, second!.count);
    expect(whole.slice(second!.first, second!.first + second!.count).map(({ point }) => point))
      .toEqual(best.map(({ point }) => point));
  });

  it("finds better points than chance does with the same budget, on the mean of ten seeds", () => {
    let chance = 0, halved = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const tried = search(56, 3, seed), budget = tried.reduce((sum, { share }) => sum + share, 0);
      halved += Math.min(...tried.filter(({ share }) => share === 1).map((own) => own.loss));
      chance += Math.min(...run("random", seed, Math.ceil(budget)).map((own) => own.loss));
    }
    expect(halved).toBeLessThan(chance);
  });

  it("promotes what failed last", () => {
    const history = halvingRungs(7, 3).slice(0, 1).flatMap(({ count }) =>
      Array.from({ length: count }, (_, k): Tried => ({
        point: { ...suggest(SPACE, [], { seed: k }) },
        loss: k === 0 ? Infinity : k,
      }))
    );
    expect(halve(SPACE, history, { seed: 1, trials: 7, rungs: 3 })!.point).toEqual(history[1]!.point);
  });
});

describe("shouldGiveUp()", () => {
  it("compares with how far finished trials were at the same fold", () => {
    const finished = [[1, 9], [2, 2], [3, 1], [4, 0]];
    expect(shouldGiveUp([2.6], finished, { startup: 4 })).toBe(true);
    expect(shouldGiveUp([2.4], finished, { startup: 4 })).toBe(false);
    expect(shouldGiveUp([], finished, { startup: 0 })).toBe(false);
  });
});
