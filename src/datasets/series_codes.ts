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
  // Plain loops, as these run over every row: the keys side by side make one number, which a Map then numbers.
  const packed = new Float64Array(rows);
  keys.forEach((key, k) => {
    for (let i = 0; i < rows; i++) packed[i] = packed[i]! * radix[k]! + key[i]!;
  });
  const seen = new Set<number>();
  let previous = -1;
  for (let i = 0; i < rows; i++) {
    const value = packed[i]!;
    if (value !== previous) seen.add(value);
    previous = value;
  }
  const sorted = Float64Array.from(seen).sort();
  const codeOf = new Map<number, number>();
  sorted.forEach((value, code) => codeOf.set(value, code));
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) codes[i] = codeOf.get(packed[i]!)!;
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
