import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { random } from "@/core/random.ts";
import {
  confirmGain,
  distanceOf,
  finalistOf,
  type JudgedPoint,
  type Point,
  type Space,
  suggest,
  type Tried,
} from "@/evaluation/mod.ts";

const SPACE: Space = [
  { name: "a", kind: "number", min: 0, max: 1, log: false },
  { name: "b", kind: "number", min: 0.01, max: 1, log: true },
];
const IN_USE: Point = { a: 0.3, b: 0.1 };
const ALPHA = 0.05, TRIALS = 24, FOLDS = 3, CONFIRM = 4;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Searches a space in which a point errs as `truth` says, seen through windows that are hard or easy for all points, and
 * lucky or unlucky by up to `noise` for each; some windows are three times as noisy as others.
 */
function searched(truth: (point: Point) => number, seed: number, noise = 0.02) {
  const { next, normal } = random(seed, 99);
  const windows = Array.from(
    { length: FOLDS + CONFIRM },
    () => ({ hard: 0.7 + 0.6 * next(), noisy: noise * (0.5 + next()) }),
  );
  const lossIn = (point: Point, k: number) => {
    const { hard, noisy } = windows[k]!;
    return 100 * hard * truth(point) * Math.exp(noisy * normal());
  };
  const judged: JudgedPoint[] = [], history: Tried[] = [];
  for (let number = 0; number < TRIALS; number++) {
    const point = number === 0 ? IN_USE : suggest(SPACE, history, { seed, startup: 6 });
    const losses = Array.from({ length: FOLDS }, (_, k) => lossIn(point, k));
    judged.push({ point, losses });
    history.push({ point, loss: mean(losses) });
  }
  const best = judged.toSorted((a, b) => mean(a.losses) - mean(b.losses))[0]!.point;
  const finalist = judged[finalistOf(SPACE, judged, IN_USE)]!.point;
  const later = (point: Point) => Array.from({ length: CONFIRM }, (_, k) => lossIn(point, FOLDS + k));
  const taken = finalist !== IN_USE && confirmGain(later(finalist), later(IN_USE), { alpha: ALPHA }).confirmed;
  return { best, finalist, taken };
}

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

describe("a search's choice", () => {
  it("keeps what is in use in 95 of 100 searches or more where nothing is better, though the best trial is another", () => {
    const runs = seeds.map((seed) => searched(() => 1, seed));
    expect(runs.filter(({ taken }) => taken).length).toBeLessThanOrEqual(ALPHA * runs.length);
    expect(runs.filter(({ best }) => best !== IN_USE).length).toBeGreaterThan(0.9 * runs.length);
  });

  it("keeps it as often where every other point is a little worse", () => {
    const runs = seeds.map((seed) => searched((point) => 1 + 0.02 * distanceOf(SPACE, point, IN_USE), seed));
    expect(runs.filter(({ taken }) => taken).length).toBeLessThanOrEqual(ALPHA * runs.length);
  });

  it("takes a real gain in four of five searches or more, and what it takes is better in truth", () => {
    // A tenth less error at the far corner.
    const truth = ({ a }: Point) => 1.1 - 0.1 * Number(a);
    const runs = seeds.map((seed) => searched(truth, seed)).filter(({ taken }) => taken);
    expect(runs.length).toBeGreaterThan(0.8 * seeds.length);
    expect(runs.filter(({ finalist }) => truth(finalist) < truth(IN_USE)).length).toBeGreaterThan(0.99 * runs.length);
  });
});

describe("finalistOf()", () => {
  const judged = fc.array(
    fc.record({
      point: fc.record({
        a: fc.double({ min: 0, max: 1, noNaN: true }),
        b: fc.double({ min: 0.01, max: 1, noNaN: true }),
      }),
      losses: fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it("names no point that is farther from what is in use than the best", () => {
    fc.assert(fc.property(judged, (all) => {
      const best = all.toSorted((a, b) => mean(a.losses) - mean(b.losses))[0]!;
      const named = all[finalistOf(SPACE, all, IN_USE)]!;
      expect(distanceOf(SPACE, named.point, IN_USE)).toBeLessThanOrEqual(distanceOf(SPACE, best.point, IN_USE));
    }));
  });

  it("names a point that is better than another in every window before that other, if both are as near", () => {
    fc.assert(fc.property(judged, (all) => {
      const better = all.map((own) => ({ ...own, losses: own.losses.map((loss) => loss - 0.5) }));
      expect(finalistOf(SPACE, [...all, ...better], IN_USE)).toBeGreaterThanOrEqual(all.length);
    }));
  });

  it("is the best where there is one window", () => {
    const all = [{ point: IN_USE, losses: [2] }, { point: { a: 1, b: 1 }, losses: [1] }];
    expect(finalistOf(SPACE, all, IN_USE)).toBe(1);
  });

  it("refuses points of different windows", () => {
    const all = [{ point: IN_USE, losses: [2, 1] }, { point: IN_USE, losses: [1] }];
    expect(() => finalistOf(SPACE, all, IN_USE)).toThrow("the same windows: they have 2, 1");
    expect(() => finalistOf(SPACE, [], IN_USE)).toThrow("they have none");
  });
});

describe("confirmGain()", () => {
  it("is Student's test in pairs", () => {
    // scipy.stats.ttest_1samp(changes, 0, alternative="less") of the changes below.
    const changes = [-0.03, -0.01, 0.005, -0.02];
    const { change, pValue } = confirmGain(changes.map((own) => (2 + own) / (2 - own)), [1, 1, 1, 1], { alpha: ALPHA });
    expect(change).toBeCloseTo(-0.01375, 10);
    expect(pValue).toBeCloseTo(0.08136655, 6);
  });

  it("does not depend on the units, nor on how hard a window is", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 3, maxLength: 9 }), (scales) => {
      const chance = random(7),
        own = scales.map(() => 1 + 0.1 * chance.next()),
        other = scales.map(() => 1 + 0.1 * chance.next());
      const plain = confirmGain(own, other, { alpha: ALPHA });
      const scaled = confirmGain(own.map((x, k) => x * scales[k]!), other.map((x, k) => x * scales[k]!), {
        alpha: ALPHA,
      });
      expect(scaled.confirmed).toBe(plain.confirmed);
      expect(scaled.pValue!).toBeCloseTo(plain.pValue!, 9);
    }));
  });

  it("confirms nothing where nothing differs", () => {
    expect(confirmGain([1, 2, 3], [1, 2, 3], { alpha: ALPHA })).toEqual({ change: 0, pValue: null, confirmed: false });
    expect(confirmGain([0, 0, 0], [0, 0, 0], { alpha: ALPHA }).confirmed).toBe(false);
  });

  it("refuses too few windows", () => {
    expect(() => confirmGain([1, 2], [2, 3], { alpha: ALPHA })).toThrow("3 or more windows of both: there are 2");
  });
});
