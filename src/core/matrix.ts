/**
 * Numbers for a learning algorithm: a dense matrix by column, and the sample a model is fitted on.
 *
 * @module
 */

/** A 32-bit float vector; it may live in shared memory so that a Worker reads it without a copy. */
export type Floats = Float32Array<ArrayBufferLike>;

/** A dense matrix in column-major order; NaN marks a missing value. */
export interface Matrix {
  /** One name per column. */
  readonly names: readonly string[];
  /** How many rows each column has. */
  readonly rows: number;
  /** `rows × names.length` values, column after column. */
  readonly data: Floats;
  /** Names of the columns whose values are codes (0, 1, 2, …) without an order. */
  readonly categorical: readonly string[];
}

/** What a regressor learns from. All vectors have `x.rows` values; y is finite. */
export interface Sample {
  /** The features, one row per value to learn. */
  readonly x: Matrix;
  /** The target, on the scale that is learnt. */
  readonly y: Floats;
  /** How much each row counts; every row counts 1 when left out. */
  readonly weight?: Floats;
}

/**
 * Returns one column of a matrix as a view (no copy): read it, do not write it.
 *
 * @throws {RangeError} If the matrix has no such column.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { column } from "@/core/matrix.ts";
 *
 * const x = { names: ["a", "b"], rows: 2, data: Float32Array.of(1, 2, 3, 4), categorical: [] };
 * expect([...column(x, "b")]).toEqual([3, 4]);
 * ```
 */
export function column(x: Matrix, name: string): Floats {
  const at = x.names.indexOf(name);
  if (at < 0) {
    throw new RangeError(`Cannot read column "${name}" of a matrix as it has only: ${x.names.join(", ")}`);
  }
  return x.data.subarray(at * x.rows, (at + 1) * x.rows);
}

/**
 * Joins vectors, one behind the other.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { joinNumbers } from "@/core/matrix.ts";
 *
 * expect([...joinNumbers([[1, 2], Float32Array.of(3)])]).toEqual([1, 2, 3]);
 * ```
 */
export function joinNumbers(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Allocates `length` floats in shared memory, so that a Worker can read them without a copy.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sharedFloats } from "@/core/matrix.ts";
 *
 * const floats = sharedFloats(3);
 * expect([floats.length, floats.buffer instanceof SharedArrayBuffer]).toEqual([3, true]);
 * ```
 */
export function sharedFloats(length: number): Floats {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/**
 * Returns a matrix with only the named columns, in the given order. Columns that stand together in x are a view of it;
 * others are copied into shared memory.
 *
 * @throws {RangeError} If a column is missing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { selectColumns } from "@/core/matrix.ts";
 *
 * const x = { names: ["a", "b"], rows: 2, data: Float32Array.of(1, 2, 3, 4), categorical: ["b"] };
 * const b = selectColumns(x, ["b"]);
 * expect([...b.data]).toEqual([3, 4]);
 * expect(b.categorical).toEqual(["b"]);
 * ```
 */
export function selectColumns(x: Matrix, names: readonly string[]): Matrix {
  const categorical = x.categorical.filter((name) => names.includes(name));
  const first = x.names.indexOf(names[0] ?? "");
  if (first >= 0 && names.every((name, k) => x.names[first + k] === name)) {
    const data = x.data.subarray(first * x.rows, (first + names.length) * x.rows);
    return { names, rows: x.rows, data, categorical };
  }
  const data = sharedFloats(x.rows * names.length);
  names.forEach((name, k) => data.set(column(x, name), k * x.rows));
  return { names, rows: x.rows, data, categorical };
}

/**
 * Returns a matrix with only the rows at the given positions, in that order (copied into shared memory).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { selectRows } from "@/core/matrix.ts";
 *
 * const x = { names: ["a", "b"], rows: 2, data: Float32Array.of(1, 2, 3, 4), categorical: [] };
 * expect([...selectRows(x, Uint32Array.of(1)).data]).toEqual([2, 4]);
 * ```
 */
export function selectRows(x: Matrix, at: Uint32Array): Matrix {
  const data = sharedFloats(at.length * x.names.length);
  // A plain loop: this moves a few hundred megabytes, and a callback per value would dominate the time.
  for (let k = 0; k < x.names.length; k++) {
    const from = k * x.rows, to = k * at.length;
    for (let i = 0; i < at.length; i++) data[to + i] = x.data[from + at[i]!]!;
  }
  return { names: x.names, rows: at.length, data, categorical: x.categorical };
}
