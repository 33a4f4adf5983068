import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { column, type Matrix, selectColumns, selectRows } from "@/core/matrix.ts";

const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
  fc.array(fc.float({ noDefaultInfinity: true }), { minLength: rows * columns, maxLength: rows * columns })
    .map((values): Matrix => ({
      names: Array.from({ length: columns }, (_, k) => `c${k}`),
      rows,
      data: Float32Array.from(values),
      categorical: ["c0"],
    }))
);

describe("selectColumns()", () => {
  it("keeps every value of the named columns, whatever their order", () => {
    fc.assert(fc.property(matrices, fc.infiniteStream(fc.nat()), (x, picks) => {
      const names = x.names.toSorted(() => picks.next().value % 2 ? 1 : -1);
      const selected = selectColumns(x, names);
      for (const name of names) expect([...column(selected, name)]).toEqual([...column(x, name)]);
    }));
  });

  it("copies nothing when the columns stand together", () => {
    const x: Matrix = { names: ["a", "b", "c"], rows: 1, data: Float32Array.of(1, 2, 3), categorical: ["c"] };
    const selected = selectColumns(x, ["b", "c"]);
    expect(selected.data.buffer).toBe(x.data.buffer);
    expect([...selected.data]).toEqual([2, 3]);
    expect(selected.categorical).toEqual(["c"]);
  });

  it("names the column that is missing, and those there are", () => {
    const x: Matrix = { names: ["a", "b"], rows: 1, data: Float32Array.of(1, 2), categorical: [] };
    expect(() => selectColumns(x, ["b", "z"])).toThrow('Cannot read column "z" of a matrix as it has only: a, b');
  });
});

describe("selectRows()", () => {
  it("gives the rows at the positions, in their order, and leaves the matrix as it was", () => {
    fc.assert(fc.property(matrices, fc.array(fc.nat(), { maxLength: 8 }), (x, numbers) => {
      const at = Uint32Array.from(numbers, (n) => n % x.rows);
      const before = [...x.data];
      const selected = selectRows(x, at);
      for (const name of x.names) {
        expect([...column(selected, name)]).toEqual(Array.from(at, (row) => column(x, name)[row]));
      }
      expect([...x.data]).toEqual(before);
    }));
  });
});
