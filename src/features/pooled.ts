/**
 * Statistics over many series at once, step by step: what a department sold in all stores together.
 *
 * @module
 */
import type { PooledFeature, Reach } from "@/core/feature.ts";
import type { Codes, Numbers } from "@/features/codes.ts";
import { addExactly, type ExactSums, exactSums, exactTotal } from "@/core/exact_sums.ts";

/** What a pooled feature may be told beyond its groups. */
export interface PooledOptions {
  /** The column that is summarised; `sales` by default. */
  readonly of?: string;
  /** How old the values of `of` are themselves; 0 by default. */
  readonly ofReach?: Reach;
  /** What is made of the group's values; by default their sum per step, averaged over the window's steps. */
  readonly statistic?: PooledFeature["statistic"];
  /** The newest step of the window is this many steps before the row; 0, the row's own step, by default. */
  readonly lag?: number;
  /** Steps in the window; 1 by default, and 1 for a median. */
  readonly window?: number;
  /** Steps of the window that need a value; half of them by default. */
  readonly min?: number;
  /** A column that keeps its own values: only its gaps get the statistic. */
  readonly fills?: string;
  /** What to call it instead of the name made of its parts: `sales_sum_by_dept_lag52`. */
  readonly name?: string;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
}

/**
 * Summarises a column over all series of a group, some steps back.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { pooled } from "@/features/pooled.ts";
 *
 * expect(pooled(["dept"], { lag: 52 }).name).toBe("sales_sum_by_dept_lag52");
 * expect(pooled(["dept"], { lag: 13, window: 52 }).name).toBe("sales_sum_by_dept_lag13_window52");
 * ```
 */
export function pooled(
  by: readonly string[],
  {
    of = "sales",
    ofReach = 0,
    statistic = "sum",
    lag = 0,
    window = 1,
    min = Math.ceil(window / 2),
    fills,
    name,
    helper = false,
  }: PooledOptions = {},
): PooledFeature {
  const derived = [
    of === "target" ? "y" : of,
    statistic,
    ...by.length > 0 ? ["by", ...by] : ["overall"],
    ...lag > 0 ? [`lag${lag}`] : [],
    ...window > 1 ? [`window${window}`] : [],
  ].join("_");
  return {
    form: "pooled",
    name: name ?? derived,
    reach: ofReach === "origin" ? "origin" : ofReach + lag,
    reads: [...by, of, ...fills === undefined ? [] : [fills]],
    by,
    of,
    statistic,
    lag,
    window,
    min,
    ...fills !== undefined && { fills },
    ...helper && { helper },
  };
}

/** Adds a column up per group and step, exactly: over however many series and machines. Cells are `group × steps + step`. */
export function stepSums({ code, groups }: Codes, t: Int32Array, steps: number, column: Numbers): ExactSums {
  const sums = exactSums(groups * steps);
  // Loops over typed arrays: the table of group × step is dense, and a join back onto a million rows would cost more.
  for (let i = 0; i < code.length; i++) {
    const value = column[i]!;
    if (code[i]! >= 0 && !Number.isNaN(value)) addExactly(sums, code[i]! * steps + t[i]!, value);
  }
  return sums;
}

/**
 * Computes a pooled sum or mean for every row from sums per step: NaN where the window has fewer than `min` steps with a
 * value.
 *
 * @param t Steps since the panel's first date, by row; `steps` is how many there are.
 */
export function pooledStatistic(
  { code, groups }: Codes,
  t: Int32Array,
  steps: number,
  exact: ExactSums,
  { statistic, lag, window, min }: Pick<PooledFeature, "statistic" | "lag" | "window" | "min">,
): Float32Array<ArrayBuffer> {
  const counts = exact.count, sums = Float64Array.from(counts, (_, cell) => exactTotal(exact, cell));
  const table = new Float32Array(groups * steps).fill(NaN);
  for (let g = 0; g < groups; g++) {
    let sum = 0, values = 0, present = 0;
    for (let at = 0; at < steps; at++) {
      const enters = g * steps + at, leaves = at >= window ? enters - window : -1;
      if (counts[enters]! > 0) sum += sums[enters]!, values += counts[enters]!, present++;
      if (leaves >= 0 && counts[leaves]! > 0) {
        sum -= sums[leaves]!;
        values -= counts[leaves]!;
        present--;
      }
      if (present >= Math.max(1, min)) table[enters] = sum / (statistic === "mean" ? values : present);
    }
  }
  const result = new Float32Array(code.length).fill(NaN);
  for (let i = 0; i < code.length; i++) {
    if (code[i]! >= 0 && t[i]! >= lag) result[i] = table[code[i]! * steps + t[i]! - lag]!;
  }
  return result;
}

/**
 * Finds the rows without a value for which another series has one at the same step: elsewhere nothing can be borrowed.
 *
 * @param own The column with gaps; `column` is the one to borrow from.
 */
export function fillableGaps(own: Numbers, column: Numbers, t: Int32Array, steps: number): Int32Array {
  const told = new Uint8Array(steps);
  let gaps = 0;
  for (let i = 0; i < own.length; i++) {
    if (Number.isNaN(own[i]!)) gaps++;
    if (!Number.isNaN(column[i]!)) told[t[i]!] = 1;
  }
  const rows = new Int32Array(gaps);
  let n = 0;
  for (let i = 0; i < own.length; i++) if (Number.isNaN(own[i]!) && told[t[i]!] === 1) rows[n++] = i;
  return rows.subarray(0, n);
}

/** Fills gaps of one column with the median of another over the group's series at the same step. */
export function filledByMedian(
  gaps: Int32Array,
  { code, groups }: Codes,
  t: Int32Array,
  steps: number,
  column: Numbers,
  own: Numbers,
): Float64Array {
  const grouped = gaps.filter((row) => code[row]! >= 0);
  const cellOf = (row: number) => code[row]! * steps + t[row]!;
  const asked = new Uint8Array(groups * steps), values = new Map<number, number[]>();
  for (const row of grouped) {
    asked[cellOf(row)] = 1;
    values.set(cellOf(row), []);
  }
  for (let row = 0; row < column.length; row++) {
    if (code[row]! < 0 || Number.isNaN(column[row]!) || asked[cellOf(row)] === 0) continue;
    values.get(cellOf(row))!.push(column[row]!);
  }
  const medians = new Map(Array.from(values, ([cell, told]) => [cell, medianOf(told)]));
  const result = Float64Array.from(own);
  for (const row of grouped) result[row] = medians.get(cellOf(row))!;
  return result;
}

/** The median of values in whatever order; NaN of none. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort(), middle = values.length >> 1;
  return values.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
