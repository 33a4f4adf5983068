/**
 * Which series a row belongs to, as a small number.
 *
 * @module
 */

/** Series numbered from 0 in the order of their keys. */
export interface SeriesCodes {
  /** Each row's series. */
  readonly codes: Int32Array<ArrayBuffer>;
  /** Per key column: each series' value. */
  readonly keys: readonly Int32Array<ArrayBuffer>[];
  readonly count: number;
}

/** Up to so many possible keys, a table of all of them is quicker than a Map. */
const DENSE = 4_000_000;

/** The values below `room` that occur. */
function present(values: Float64Array, room: number): readonly number[] {
  const seen = new Uint8Array(room);
  for (let i = 0; i < values.length; i++) seen[values[i]!] = 1;
  return Array.from(seen.keys()).filter((value) => seen[value] === 1);
}

/**
 * Numbers the series that occur in rows, in the numerical order of their keys (store first, then department).
 *
 * @param keys The key columns, one value per row, all of them zero or more.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seriesCodes } from "@/datasets/series_codes.ts";
 *
 * const { codes, keys } = seriesCodes([Int32Array.of(10, 2, 2), Int32Array.of(1, 7, 7)]);
 * expect([...codes]).toEqual([1, 0, 0]);
 * expect(keys.map((key) => [...key])).toEqual([[2, 10], [7, 1]]);
 * ```
 */
export function seriesCodes(keys: readonly Int32Array[]): SeriesCodes {
  const rows = keys[0]?.length ?? 0;
  const radix = keys.map((key) => {
    let highest = 0;
    for (let i = 0; i < rows; i++) if (key[i]! > highest) highest = key[i]!;
    return highest + 1;
  });
  // Plain loops, as these run over every row: the keys side by side make one number.
  const packed = new Float64Array(rows);
  keys.forEach((key, k) => {
    for (let i = 0; i < rows; i++) packed[i] = packed[i]! * radix[k]! + key[i]!;
  });
  const room = radix.reduce((product, r) => product * r, 1);
  const sorted = Float64Array.from(room <= DENSE ? present(packed, room) : new Set(packed)).sort();
  const codes = new Int32Array(rows);
  if (room <= DENSE) {
    const codeOf = new Int32Array(room);
    sorted.forEach((value, code) => codeOf[value] = code);
    for (let i = 0; i < rows; i++) codes[i] = codeOf[packed[i]!]!;
  } else {
    const codeOf = new Map<number, number>();
    sorted.forEach((value, code) => codeOf.set(value, code));
    for (let i = 0; i < rows; i++) codes[i] = codeOf.get(packed[i]!)!;
  }
  const perSeries = keys.map(() => new Int32Array(sorted.length));
  sorted.forEach((value, code) => {
    let rest = value;
    for (let k = keys.length - 1; k >= 0; k--) {
      perSeries[k]![code] = rest % radix[k]!;
      rest = Math.floor(rest / radix[k]!);
    }
  });
  return { codes, keys: perSeries, count: sorted.length };
}
