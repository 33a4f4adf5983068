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

/** A column as a typed array; NaN where a value is missing. */
export type Numbers = Float64Array | Float32Array | Int32Array;

/** Reads a column as numbers: as it is where nothing is missing, else with NaN in the gaps. */
export function numbersOf(frame: DataFrame, name: string): Numbers {
  const column = frame.getColumn(name);
  const plain = [pl.Int32, pl.Float32, pl.Float64].some((type) => column.dtype.equals(type));
  if (plain && column.nullCount() === 0) return column.toTypedArray();
  return frame.select(pl.col(name).cast(pl.Float64).fillNull(pl.lit(NaN)).alias(name)).getColumn(name).toTypedArray();
}

/**
 * Numbers the groups that the values of one column make.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { columnCodes } from "@/features/codes.ts";
 *
 * expect([...columnCodes(Float64Array.of(7, NaN, 9)).code]).toEqual([0, -1, 2]);
 * ```
 */
export function columnCodes(values: Numbers): Codes {
  let min = Infinity, max = -Infinity, whole = true;
  // Loops, since a million values are looked at for every grouping: Polars would hash them all.
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    if (v < min) min = v;
    if (v > max) max = v;
    whole &&= Number.isInteger(v);
  }
  const code = new Int32Array(values.length).fill(-1);
  if (min > max) return { code, groups: 1 };
  if (!whole || max - min >= DENSE) return numbered(values);
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) code[i] = values[i]! - min;
  return { code, groups: max - min + 1 };
}

/**
 * Numbers the groups that two groupings make together.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { columnCodes, crossCodes } from "@/features/codes.ts";
 *
 * const { code } = crossCodes(columnCodes(Float64Array.of(7, 7, 9)), columnCodes(Float64Array.of(0, 1, 0)));
 * expect(new Set(code).size).toBe(3);
 * ```
 */
export function crossCodes(a: Codes, b: Codes): Codes {
  const groups = a.groups * b.groups;
  if (groups > DENSE) return numbered(wideCodes(a, b));
  const code = new Int32Array(a.code.length);
  for (let i = 0; i < code.length; i++) {
    code[i] = a.code[i]! < 0 || b.code[i]! < 0 ? -1 : a.code[i]! * b.groups + b.code[i]!;
  }
  return { code, groups };
}

function wideCodes(a: Codes, b: Codes): Float64Array {
  const code = new Float64Array(a.code.length);
  for (let i = 0; i < code.length; i++) {
    code[i] = a.code[i]! < 0 || b.code[i]! < 0 ? NaN : a.code[i]! * b.groups + b.code[i]!;
  }
  return code;
}

/** Numbers values in the order in which they occur. */
function numbered(values: Numbers): Codes {
  const seen = new Map<number, number>();
  const code = new Int32Array(values.length).fill(-1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    let at = seen.get(value);
    if (at === undefined) seen.set(value, at = seen.size);
    code[i] = at;
  }
  return { code, groups: Math.max(1, seen.size) };
}
