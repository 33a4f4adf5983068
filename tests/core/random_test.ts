import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";

const draw = <T>(n: number, next: () => T) => Array.from({ length: n }, next);

describe("random()", () => {
  it("gives the same numbers for the same seeds", () => {
    expect(draw(20, random(3, 4).next)).toEqual(draw(20, random(3, 4).next));
  });
  it("gives other numbers for another seed, and for the seeds in another order", () => {
    const first = draw(5, random(3, 4).next);
    expect(draw(5, random(3, 5).next)).not.toEqual(first);
    expect(draw(5, random(4, 3).next)).not.toEqual(first);
  });
  it("spreads next() evenly over [0, 1)", () => {
    const values = draw(20_000, random(1).next);
    const tenths = Array.from({ length: 10 }, (_, k) => values.filter((v) => Math.floor(v * 10) === k).length);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
  it("does not correlate neighbouring seeds", () => {
    const firsts = draw(
      2_000,
      (() => {
        let seed = 0;
        return () => random(seed++).next() - 0.5;
      })(),
    );
    const product = firsts.slice(1).reduce((sum, v, i) => sum + v * firsts[i]!, 0) / firsts.length;
    expect(Math.abs(product * 12)).toBeLessThan(0.08);
  });
  it("draws normal() with mean 0 and standard deviation 1", () => {
    const values = draw(20_000, random(2).normal);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
  });
  it("draws every integer below the bound, and none beyond", () => {
    const stream = random(5);
    expect([...new Set(draw(200, () => stream.integer(4)))].sort()).toEqual([0, 1, 2, 3]);
  });
  it("refuses a seed that is not an integer, and a pick from nothing", () => {
    expect(() => random(0.5)).toThrow("Cannot seed with 0.5 as a seed must be an integer");
    expect(() => random(1).pick([])).toThrow("Cannot pick from no values");
  });
});
