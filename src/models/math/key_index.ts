import type { Floats } from "@/core/matrix.ts";

/** A column of a key. */
type Values = Floats | Float64Array;

/** The levels of a key that is made of one or more columns: each combination of values that occurred has a code. */
export interface KeyIndex {
  /** Per column its values, ascending. */
  readonly values: readonly (readonly number[])[];
  /** The combinations that occurred, ascending; a position in here is a level's code. */
  readonly cells: readonly number[];
}

/**
 * Lists the levels of a key: every store, or every pair of store and weekday.
 *
 * @param columns The key's columns; rows with a missing value (NaN) have no level.
 * @param options.min Levels with fewer rows are left out.
 * @param options.rows How many rows each one stands for; 1 when left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { codesOf, indexKey } from "@/models/math/key_index.ts";
 *
 * const store = Float32Array.of(7, 7, 9, NaN), weekday = Float32Array.of(1, 2, 1, 1);
 * const index = indexKey([store, weekday]);
 * expect([...codesOf(index, [store, weekday])]).toEqual([0, 1, 2, -1]);
 * expect([...codesOf(index, [Float32Array.of(9), Float32Array.of(2)])]).toEqual([-1]);
 * ```
 */
export function indexKey(
  columns: readonly Values[],
  { min = 1, rows: each }: { readonly min?: number; readonly rows?: ArrayLike<number> } = {},
): KeyIndex {
  const values = columns.map((values) => [...new Set(values)].filter((value) => !Number.isNaN(value)).sort(ascending));
  const rows = countCells(cellsOf(values, columns), values.reduce((product, { length }) => product * length, 1), each);
  return { values, cells: [...rows].filter(([, count]) => count >= min).map(([cell]) => cell).sort(ascending) };
}

/** How many rows each combination has: counted in a table where one is small enough, else in a Map. */
function countCells(
  cellOf: Float64Array,
  possible: number,
  each?: ArrayLike<number>,
): Iterable<[cell: number, rows: number]> {
  if (possible > 1e6) {
    const rows = new Map<number, number>();
    cellOf.forEach((cell, i) => cell >= 0 && rows.set(cell, (rows.get(cell) ?? 0) + (each?.[i] ?? 1)));
    return rows;
  }
  const rows = new Float64Array(possible);
  for (let i = 0; i < cellOf.length; i++) if (cellOf[i]! >= 0) rows[cellOf[i]!]! += each?.[i] ?? 1;
  return [...rows.entries()].filter(([, count]) => count > 0);
}

/** The code of each row's level; −1 where the level is not in the index. */
export function codesOf({ values, cells }: KeyIndex, columns: readonly Values[]): Int32Array {
  const cellOf = cellsOf(values, columns);
  const position = positions(cells);
  const codes = new Int32Array(cellOf.length);
  for (let i = 0; i < codes.length; i++) codes[i] = position(cellOf[i]!);
  return codes;
}

/** Each row's combination as one number: positions in the columns' value lists, as digits of a mixed base; −1 if any is unknown. */
function cellsOf(values: readonly (readonly number[])[], columns: readonly Values[]): Float64Array {
  const cells = new Float64Array(columns[0]?.length ?? 0);
  columns.forEach((column, k) => {
    const position = positions(values[k]!);
    const base = values[k]!.length;
    // A loop, as a million rows times five keys pass through here.
    for (let i = 0; i < cells.length; i++) {
      const at = position(column[i]!);
      cells[i] = at < 0 || cells[i]! < 0 ? -1 : cells[i]! * base + at;
    }
  });
  return cells;
}

/**
 * Where a value stands in a list; −1 where it does not, nor can (NaN). Small whole numbers, which keys mostly are, are
 * looked up in a table: three times as fast as a Map.
 */
export function positions(values: readonly number[]): (value: number) => number {
  const last = values.at(-1) ?? 0;
  if (!values.every((value) => Number.isInteger(value) && value >= 0) || last > 1e6) {
    const map = new Map(values.map((value, at) => [value, at]));
    return (value) => map.get(value) ?? -1;
  }
  const table = new Int32Array(last + 1).fill(-1);
  values.forEach((value, at) => table[value] = at);
  // NaN, fractions and numbers outside of the table all index nothing.
  return (value) => table[value] ?? -1;
}

function ascending(a: number, b: number): number {
  return a - b;
}
