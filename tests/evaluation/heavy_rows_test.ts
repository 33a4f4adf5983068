import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { heavyRows, rmspe, rowLoss } from "@/evaluation/mod.ts";

const lossOf = rowLoss("rmspe");
const lossesOf = (y: readonly number[], yHat: readonly number[]) =>
  y.map((own, row) => lossOf({ y: own, yHat: yHat[row]!, weight: 1, scale: 1 }));

describe("heavyRows()", () => {
  it("names the rows that a score is mostly about: one sale of 46 where 4,000 are usual", () => {
    const y = Array<number>(199).fill(4000).concat(46), yHat = Array<number>(200).fill(4400);
    const { rows, carried, score, without } = heavyRows(lossesOf(y, yHat), "rmspe");
    expect(rows).toEqual([199]);
    expect(carried).toBeGreaterThan(0.99);
    expect(score!).toBeCloseTo(rmspe(y, yHat)!, 10);
    expect(without!).toBeCloseTo(0.1, 10);
  });

  it("is what the metric says of all rows and of the others, whatever they are", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 })), { minLength: 2 });
    fc.assert(fc.property(rows, (pairs) => {
      const y = pairs.map(([own]) => own), yHat = pairs.map(([, own]) => own);
      const { rows, score, without, carried } = heavyRows(lossesOf(y, yHat), "rmspe", { share: 0.3 });
      const others = [...y.keys()].filter((row) => !rows.includes(row));
      expect(score!).toBeCloseTo(rmspe(y, yHat)!, 8);
      if (others.length > 0) {
        expect(without!).toBeCloseTo(rmspe(others.map((row) => y[row]!), others.map((row) => yHat[row]!))!, 6);
        expect(without!).toBeLessThanOrEqual(score! + 1e-9);
      }
      expect(carried).toBeLessThanOrEqual(1);
    }));
  });

  it("leaves out rows that do not count, and refuses a share that is none", () => {
    expect(heavyRows(lossesOf([0, 10], [9, 11]), "rmspe", { share: 0.9 }).rows).toEqual([1]);
    expect(() => heavyRows(lossesOf([10], [11]), "rmspe", { share: 1 })).toThrow(RangeError);
  });
});
