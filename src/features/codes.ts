/**
 * Groups as integers, for the kernels.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";

/** One group number per row, −1 where a column of the group is missing. */
export interface Codes {
  readonly code: Int32Array;
  /** Group numbers run from 0 to `groups` − 1; not all of them need to occur. */
  readonly groups: number;
}

/** Beyond this many possible groups, only those that occur get a number. */
const DENSE = 4_000_000;

/**
 * Numbers the groups that the values of some columns make. Values are compared as numbers.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { codesOf } from "@/features/codes.ts";
 *
 * const { code } = codesOf(pl.DataFrame({ store: [7, 7, 9], promo: [0, 1, 0] }), ["store", "promo"]);
 * expect(new Set(code).size).toBe(3);
 * ```
 */
export function codesOf(frame: DataFrame, by: readonly string[]): Codes {
  let made: Codes = { code: new Int32Array(frame.height), groups: 1 };
  for (const name of by) made = product(made, columnCodes(frame, name));
  return made;
}

function columnCodes(frame: DataFrame, name: string): Codes {
  const values = numbersOf(frame, name);
  let min = Infinity, max = -Infinity, whole = true;
  // Loops, since a million values are looked at three times per group: Polars would build tables of strings for it.
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    if (v < min) min = v;
    if (v > max) max = v;
    whole &&= Number.isInteger(v);
  }
  const code = new Int32Array(values.length).fill(-1);
  if (min > max) return { code, groups: 1 };
  if (whole && max - min < DENSE) {
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) code[i] = values[i]! - min;
    return { code, groups: max - min + 1 };
  }
  return numbered(values, (v) => Number.isNaN(v));
}

function product(a: Codes, b: Codes): Codes {
  const groups = a.groups * b.groups;
  if (groups <= DENSE) {
    const code = new Int32Array(a.code.length);
    for (let i = 0; i < code.length; i++) {
      code[i] = a.code[i]! < 0 || b.code[i]! < 0 ? -1 : a.code[i]! * b.groups + b.code[i]!;
    }
    return { code, groups };
  }
  const wide = new Float64Array(a.code.length);
  for (let i = 0; i < wide.length; i++) {
    wide[i] = a.code[i]! < 0 || b.code[i]! < 0 ? NaN : a.code[i]! * b.groups + b.code[i]!;
  }
  return numbered(wide, (v) => Number.isNaN(v));
}

/** Numbers values in the order in which they occur. */
function numbered(values: Float64Array, missing: (value: number) => boolean): Codes {
  const seen = new Map<number, number>();
  const code = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let at = missing(value) ? -1 : seen.get(value);
    if (at === undefined) seen.set(value, at = seen.size);
    code[i] = at;
  }
  return { code, groups: Math.max(1, seen.size) };
}

/** A column as numbers, NaN where it is missing. */
export function numbersOf(frame: DataFrame, name: string): Float64Array {
  return frame.select(pl.col(name).cast(pl.Float64).fillNull(pl.lit(NaN)).alias(name)).getColumn(name).toTypedArray();
}
