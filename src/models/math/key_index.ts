import type { Floats } from "@/core/matrix.ts";

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
export function indexKey(columns: readonly Floats[], { min = 1 }: { readonly min?: number } = {}): KeyIndex {
  const values = columns.map((values) => [...new Set(values)].filter((value) => !Number.isNaN(value)).sort(ascending));
  const rows = new Map<number, number>();
  for (const cell of cellsOf(values, columns)) if (cell >= 0) rows.set(cell, (rows.get(cell) ?? 0) + 1);
  const cells = [...rows.keys()].filter((cell) => rows.get(cell)! >= min).sort(ascending);
  return { values, cells };
}

/** The code of each row's level; −1 where the level is not in the index. */
export function codesOf({ values, cells }: KeyIndex, columns: readonly Floats[]): Int32Array {
  const code = new Map(cells.map((cell, at) => [cell, at]));
  return Int32Array.from(cellsOf(values, columns), (cell) => code.get(cell) ?? -1);
}

/** Each row's combination as one number: positions in the columns' value lists, as digits of a mixed base; −1 if any is unknown. */
function cellsOf(values: readonly (readonly number[])[], columns: readonly Floats[]): Float64Array {
  const cells = new Float64Array(columns[0]?.length ?? 0);
  columns.forEach((column, k) => {
    const position = new Map(values[k]!.map((value, at) => [value, at]));
    const base = values[k]!.length;
    // A loop, as a million rows times five keys pass through here.
    for (let i = 0; i < cells.length; i++) {
      const at = position.get(column[i]!);
      cells[i] = at === undefined || cells[i]! < 0 ? -1 : cells[i]! * base + at;
    }
  });
  return cells;
}

function ascending(a: number, b: number): number {
  return a - b;
}
