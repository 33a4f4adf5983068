import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { codesOf, indexKey } from "@/models/math/key_index.ts";

describe("indexKey()", () => {
  const values = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(0.5, NaN, 3e6));
  const rows = fc.array(fc.tuple(values, values), { maxLength: 40 });

  it("gives two rows the same code exactly if they have the same values, and none if one is missing", () => {
    fc.assert(fc.property(rows, (drawn) => {
      const columns = [0, 1].map((k) => Float32Array.from(drawn, (row) => row[k]!));
      const codes = codesOf(indexKey(columns), columns);
      drawn.forEach((row, i) => {
        expect(codes[i]! < 0).toBe(row.some(Number.isNaN));
        drawn.forEach((other, j) => {
          const same = row.every((value, k) => value === other[k]);
          if (codes[i]! >= 0) expect(codes[i] === codes[j]).toBe(same);
        });
      });
    }));
  });
  it("numbers levels in ascending order, whatever the order of the rows", () => {
    const column = Float32Array.of(30, 10, 20, 10);
    expect([...codesOf(indexKey([column]), [column])]).toEqual([2, 0, 1, 0]);
  });
  it("leaves out levels with too few rows", () => {
    const column = Float32Array.of(1, 1, 2);
    expect([...codesOf(indexKey([column], { min: 2 }), [column])]).toEqual([0, 0, -1]);
  });
  it("copes with more combinations than fit a table", () => {
    const store = Float32Array.from({ length: 3000 }, (_, i) => i), item = store.toReversed();
    const codes = codesOf(indexKey([store, item]), [store, item]);
    expect([...codes]).toEqual([...store]);
  });
});
