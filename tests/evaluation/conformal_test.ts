import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { conformalRadii } from "@/evaluation/mod.ts";

const errors = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const level = fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100);
/** The radius of one level. */
const radius = (errors: readonly number[], level: number) => conformalRadii(errors, [level])[0]!;

describe("conformalRadii()", () => {
  it("grows with the level, and does not depend on the order of errors", () => {
    fc.assert(fc.property(errors, level, level, (past, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(radius(past, low)).toBeLessThanOrEqual(radius(past, high));
      expect(radius(past.toReversed(), a)).toBe(radius(past, a));
    }));
  });

  it("holds at least its share when each error in turn is the new one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 40 }), level, (all, at) => {
        const held = all.filter((error, k) => error <= radius(all.toSpliced(k, 1), at)).length;
        expect(held / all.length).toBeGreaterThanOrEqual(at - 1e-12);
      }),
    );
  });

  it("counts nine of ten exactly", () => {
    expect(radius([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.9)).toBe(9);
  });

  it("refuses levels that are no shares and errors that are no sizes", () => {
    expect(() => radius([1], 1)).toThrow("must be between 0 and 1: current value is 1");
    expect(() => radius([-1], 0.5)).toThrow("not negative");
    expect(() => radius([NaN], 0.5)).toThrow("not NaN");
  });
});
