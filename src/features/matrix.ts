/**
 * From the feature table to numbers for a learning algorithm.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { FeatureTable } from "@/core/feature_table.ts";
import { type Matrix, sharedFloats } from "@/core/matrix.ts";
import { type Numbers, numbersOf } from "@/features/codes.ts";

/**
 * Finds the rows of a feature table that satisfy an expression, as positions.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { rowsWhere } from "@/features/matrix.ts";
 *
 * const frame = pl.DataFrame({ block: [-1, -1, 0], y: [5, null, null] });
 * const known = rowsWhere({ frame }, pl.col("block").lt(0).and(pl.col("y").isNotNull()));
 * expect([...known]).toEqual([0]);
 * ```
 */
export function rowsWhere({ frame }: Pick<FeatureTable, "frame">, condition: Expr): Uint32Array {
  const positions = frame.select(
    pl.intRange(0, frame.height).filter(condition).cast(pl.UInt32).alias("row"),
  );
  return positions.getColumn("row").toTypedArray();
}

/**
 * Copies features into a matrix in shared memory, column by column: 32-bit floats, NaN where a value is missing.
 *
 * @param rows Positions in the table, in the order wanted; all rows when left out.
 * @param names Features, in the order wanted; all of them when left out, keys included.
 * @throws {RangeError} If the table has no feature of that name.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { expression, matrixOf } from "@/features/mod.ts";
 *
 * const frame = pl.DataFrame({ promo: [0, 1, 1] }).withColumns(pl.col("promo").cast(pl.Float32));
 * const table = { frame, features: [expression("promo", pl.col("promo"), { reads: ["promo"] })] };
 * expect([...matrixOf(table, { rows: Uint32Array.of(2, 0) }).data]).toEqual([1, 0]);
 * ```
 */
export function matrixOf(
  { frame, features }: Pick<FeatureTable, "frame" | "features">,
  { rows, names = features.map(({ name }) => name) }: {
    readonly rows?: Uint32Array;
    readonly names?: readonly string[];
  } = {},
): Matrix {
  const unknown = names.filter((name) => !features.some((feature) => feature.name === name));
  if (unknown.length > 0) {
    throw new RangeError(
      `Cannot make a matrix as there is no feature ${unknown.join(", ")}: ` +
        `there are ${features.map(({ name }) => name).join(", ")}`,
    );
  }
  const height = rows?.length ?? frame.height;
  const data = sharedFloats(height * names.length);
  names.forEach((name, k) => {
    const values: Float32Array = frame.getColumn(name).toTypedArray();
    const to = data.subarray(k * height, (k + 1) * height);
    if (rows === undefined) to.set(values);
    // A plain loop: a few hundred megabytes are moved, and a callback per value would dominate the time.
    else for (let i = 0; i < height; i++) to[i] = values[rows[i]!]!;
    // Its copy is given back now: eighty of them, each a few megabytes, wait long for the garbage collector.
    (values.buffer as ArrayBuffer).transfer(0);
  });
  const categorical = features.filter((feature) => feature.categorical && names.includes(feature.name));
  return { names, rows: height, data, categorical: categorical.map(({ name }) => name) };
}

/**
 * Returns the target in units of y at the given rows, NaN where it is unknown.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { targetOf } from "@/features/matrix.ts";
 *
 * expect([...targetOf({ frame: pl.DataFrame({ y: [5.5, null] }) })]).toEqual([5.5, NaN]);
 * ```
 */
export function targetOf({ frame }: Pick<FeatureTable, "frame">, rows?: Uint32Array): Float64Array<ArrayBuffer> {
  return picked(numbersOf(frame, "y"), rows, Float64Array);
}

/**
 * Returns the dates at the given rows, as days since 1970-01-01.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { daysOf } from "@/features/matrix.ts";
 *
 * const frame = pl.DataFrame({ ds: [30, 31] }).withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * expect([...daysOf({ frame }, Uint32Array.of(1))]).toEqual([31]);
 * ```
 */
export function daysOf({ frame }: Pick<FeatureTable, "frame">, rows?: Uint32Array): Int32Array<ArrayBuffer> {
  return picked(numbersOf(frame.select(pl.col("ds").cast(pl.Int32).alias("ds")), "ds"), rows, Int32Array);
}

/**
 * Returns how much each row counts when scoring, by the dataset's own rule; 1 everywhere for most datasets.
 *
 * @throws {RangeError} If the table lacks the column that the rule looks at.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { weightsOf } from "@/features/matrix.ts";
 *
 * const profile = {
 *   name: "shop",
 *   frequency: "1d",
 *   horizon: 1,
 *   seasonLength: 7,
 *   yearLength: 364,
 *   keys: ["store"],
 *   roles: { store: "static" },
 *   levels: {},
 *   metric: "smape",
 *   allowsNegative: false,
 *   events: [],
 *   targetTransform: "identity",
 *   encodings: [],
 *   slices: [],
 *   unit: "units a day",
 * } as const;
 * const scoreWeight = { column: "is_holiday", equals: 1, weight: 5 };
 * const frame = pl.DataFrame({ is_holiday: [0, 1] });
 * expect([...weightsOf({ frame, profile: { ...profile, scoreWeight } })]).toEqual([1, 5]);
 * expect([...weightsOf({ frame, profile })]).toEqual([1, 1]);
 * ```
 */
export function weightsOf(
  { frame, profile }: Pick<FeatureTable, "frame" | "profile">,
  rows?: Uint32Array,
): Float64Array<ArrayBuffer> {
  const { scoreWeight } = profile;
  if (scoreWeight === undefined) return new Float64Array(rows?.length ?? frame.height).fill(1);
  const { column, equals, weight } = scoreWeight;
  if (!frame.columns.includes(column)) {
    throw new RangeError(`Cannot weigh rows of ${profile.name} as the table must have column "${column}": it has not`);
  }
  return picked(numbersOf(frame, column), rows, Float64Array).map((value) => value === equals ? weight : 1);
}

function picked<T extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  values: Numbers,
  rows: Uint32Array | undefined,
  Kind: new (length: number) => T,
): T {
  const result = new Kind(rows?.length ?? values.length);
  if (rows === undefined) result.set(values);
  else for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]!]!;
  return result;
}
