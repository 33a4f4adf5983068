import fc from "fast-check";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { cellShare, cellTable, joinCells } from "@/models/math/cell_table.ts";

const key = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom(0.5, NaN, 3e6));
const rows = fc.array(
  fc.record({ a: key, b: key, y: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: fc.constantFrom(0, 1, 5) }),
  { maxLength: 60 },
);
type Row = { readonly a: number; readonly b: number; readonly y: number; readonly weight: number };
const shareOf = (some: readonly Row[]) =>
  cellShare(
    { a: some.map(({ a }) => a), b: some.map(({ b }) => b) },
    some.map(({ y }) => y),
    some.map((row) => row.weight),
  );

describe("joinCells()", () => {
  it("gives the same bits however the rows are spread over parts, and joined two at a time or all at once", () => {
    fc.assert(fc.property(rows, fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat()), (all, of, chance) => {
      const whole = joinCells([shareOf(all)]);
      const parts = Array.from({ length: of }, (): Row[] => []);
      for (const row of all.toReversed()) parts[chance.next().value as number % of]!.push(row);
      const shares = parts.map(shareOf);
      expect(joinCells(shares)).toEqual(whole);
      expect(shares.reduce((joined, one) => joinCells([joined, one]))).toEqual(whole);
    }));
  });

  it("has one cell per combination of values, with what its rows add up to", () => {
    fc.assert(fc.property(rows, (all) => {
      const { values, sold, weight, rows: counts, most } = cellTable(shareOf(all));
      const nameOf = (a: number, b: number) => `${a} ${b}`;
      const found = Array.from(counts, (_, cell) => nameOf(values["a"]![cell]!, values["b"]![cell]!));
      expect(new Set(found)).toEqual(new Set(all.map(({ a, b }) => nameOf(a, b))));
      expect(new Set(found).size).toBe(found.length);
      found.forEach((name, cell) => {
        const own = all.filter(({ a, b }) => nameOf(a, b) === name);
        expect([counts[cell], most[cell]]).toEqual([own.length, Math.max(...own.map(({ y }) => y))]);
        expect(weight[cell]).toBe(own.reduce((sum, row) => sum + row.weight, 0));
        expect(sold[cell]).toBeCloseTo(own.reduce((sum, row) => sum + row.weight * row.y, 0), 5);
      });
    }));
  });

  it("refuses a target that cannot be added up exactly", () => {
    expect(() => cellShare({ store: [1] }, [2 ** 40])).toThrow(RangeError);
  });

  it("copes with more combinations than fit a table", () => {
    const store = Array.from({ length: 3_000 }, (_, i) => i), item = store.toReversed();
    const { values, sold } = cellTable(joinCells([cellShare({ store, item }, store)]));
    expect([...sold]).toEqual(store);
    expect([...values["item"]!]).toEqual(item);
  });
});
