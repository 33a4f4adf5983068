import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { regularGrid } from "@/datasets/regular_grid.ts";
import { seriesCodes } from "@/datasets/series_codes.ts";

describe("regularGrid()", () => {
  it("puts every row in its place and adds exactly the steps between", () => {
    const rows = fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(20)), { selector: ([s, d]) => s * 100 + d, minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 7), (cells, step) => {
        const codes = seriesCodes([Int32Array.from(cells, ([s]) => s)]).codes;
        const days = Int32Array.from(cells, ([, d]) => 15_000 + d * step);
        const { order, addedSeries, addedDay } = regularGrid(codes, days, step);
        const series = [...codes, ...addedSeries], day = [...days, ...addedDay];
        expect([...order].sort((a, b) => a - b)).toEqual(series.map((_, i) => i));
        for (let i = 1; i < order.length; i++) {
          const here = order[i]!, before = order[i - 1]!;
          if (series[here] === series[before]) expect(day[here]! - day[before]!).toBe(step);
          else {
            expect(series[here]).toBe(series[before]! + 1);
            // No series begins or ends with an added step.
            expect(Math.max(here, before)).toBeLessThan(cells.length);
          }
        }
      }),
      { seed: 5 },
    );
  });
  it("refuses a row between two steps, and two rows on one", () => {
    expect(() => regularGrid(Int32Array.of(0, 0), Int32Array.of(0, 5), 7)).toThrow("row 2 as steps are 7 days apart");
    expect(() => regularGrid(Int32Array.of(0, 0), Int32Array.of(3, 3), 1)).toThrow("row 1 has its step already");
  });
});

describe("seriesCodes()", () => {
  it("numbers series by their keys as numbers, not as text", () => {
    const { codes, keys, count } = seriesCodes([Int32Array.of(10, 9, 10), Int32Array.of(2, 11, 1)]);
    expect([...codes]).toEqual([2, 0, 1]);
    expect(keys.map((key) => [...key])).toEqual([[9, 10, 10], [11, 1, 2]]);
    expect(count).toBe(3);
  });
});

describe("seriesCodes() over keys too many for a table", () => {
  it("numbers them as it does over few", () => {
    const { codes, keys } = seriesCodes([Int32Array.of(999_999, 5, 999_999), Int32Array.of(8, 900_000, 7)]);
    expect([...codes]).toEqual([2, 0, 1]);
    expect(keys.map((key) => [...key])).toEqual([[5, 999_999, 999_999], [900_000, 7, 8]]);
  });
});
