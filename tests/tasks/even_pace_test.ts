import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { asTheyWere, atEvenPace, countOf, quantileOf } from "../../tasks/support/bench/serving/even_pace.ts";

describe("the times of a load", () => {
  const times = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 500 })), {
    selector: ([time]) => time,
    minLength: 1,
    maxLength: 40,
  }).map((pairs) => new Map(pairs));

  it("are found again behind wrk's correction", () => {
    fc.assert(fc.property(times, fc.integer({ min: 5, max: 3_000 }), (was, pace) => {
      expect(asTheyWere(atEvenPace(was, pace), pace)).toEqual(was);
    }));
  });

  it("count, when paced, what an even pace would have asked during a late answer", () => {
    // 1 ms late at 100 µs: those who would have asked meanwhile waited 900, 800 … 200 µs.
    const paced = atEvenPace(new Map([[1_000, 1], [90, 9]]), 100);
    expect(countOf(paced)).toBe(10 + 8);
    expect(quantileOf(paced, 1)).toBe(1_000);
    expect(paced.get(200)).toBe(1);
    expect(paced.has(100)).toBe(false);
  });

  it("tell a histogram of another pace from one of this", () => {
    const paced = atEvenPace(new Map([[10_000, 5]]), 100);
    expect(() => asTheyWere(paced, 130)).toThrow("fewer than no request");
  });

  it("are no more than a quantile says", () => {
    const some = new Map([[300, 1], [100, 98], [200, 1]]);
    expect([0.5, 0.98, 0.99, 1].map((share) => quantileOf(some, share))).toEqual([100, 100, 200, 300]);
    expect(() => quantileOf(new Map(), 0.5)).toThrow("no requests");
  });
});
