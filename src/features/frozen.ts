/**
 * Group statistics frozen at the start of each forecast block.
 *
 * @module
 */
import type { FrozenFeature } from "@/core/feature.ts";
import type { Codes, Numbers } from "@/features/codes.ts";
import { addExactly, type ExactSums, exactSums, exactTotal } from "@/core/exact_sums.ts";

/** What a frozen feature may be told beyond its groups. */
export interface FrozenOptions {
  /** What is made of a group's values; their mean by default. */
  readonly statistic?: FrozenFeature["statistic"];
  /** How many blocks back it looks; everything before the block by default. */
  readonly blocks?: number;
  /** The column that is summarised; the transformed target by default. */
  readonly of?: string;
  /** Only rows where this 0/1 (or coded) column is above zero count; all rows by default. */
  readonly where?: string;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
}

/**
 * Averages past sales per group, as a forecaster knew them at the start of the forecast block.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { frozen } from "@/features/frozen.ts";
 *
 * expect(frozen(["store", "promo"], { blocks: 4 }).name).toBe("y_mean_by_store_promo_blocks4");
 * expect(frozen(["store"], { where: "state_holiday" }).name).toBe("y_mean_by_store_where_state_holiday");
 * ```
 */
export function frozen(
  by: readonly string[],
  { statistic = "mean", blocks = Infinity, of = "target", where, helper = false }: FrozenOptions = {},
): FrozenFeature {
  const name = [
    of === "target" ? "y" : of,
    statistic,
    ...by.length > 0 ? ["by", ...by] : [],
    ...where === undefined ? [] : ["where", where],
    ...blocks === Infinity ? [] : [`blocks${blocks}`],
  ].join("_");
  return {
    form: "frozen",
    name,
    reach: "origin",
    reads: [...by, of, ...where === undefined ? [] : [where]],
    by,
    of,
    statistic,
    blocks,
    ...where !== undefined && { where },
    ...helper && { helper },
  };
}

/** Sums and counts of a column per group and block, added up over the blocks before: any window is a difference. */
export interface BlockSums {
  /** Blocks per group, and the first of them. */
  readonly blocks: number;
  readonly first: number;
  /** `groups × (blocks + 1)` values: what was summed before each block of each group. */
  readonly sum: Float64Array;
  readonly count: Int32Array;
}

/** Cells of group × block up to which sums are kept densely: 100 MB. */
const DENSE_CELLS = 8_000_000;

/** Whether the sums of so many groups fit into memory densely; otherwise rows are sorted instead. */
export function fitsDensely(groups: number, blocks: number): boolean {
  return groups * (blocks + 1) <= DENSE_CELLS;
}

/** Adds a column up per group and block, in one pass over the rows as they come. */
export function blockSums(
  { code, groups }: Codes,
  block: Int32Array,
  { first, blocks }: Pick<BlockSums, "first" | "blocks">,
  column: Numbers,
  where?: Numbers,
): BlockSums {
  const width = blocks + 1;
  const sum = new Float64Array(groups * width), count = new Int32Array(groups * width);
  for (let i = 0; i < code.length; i++) {
    const value = column[i]!;
    if (code[i]! < 0 || value !== value || where !== undefined && !(where[i]! > 0)) continue;
    const after = code[i]! * width + block[i]! - first + 1;
    sum[after]! += value;
    count[after]!++;
  }
  for (let g = 0; g < groups; g++) {
    for (let at = g * width + 1, end = (g + 1) * width; at < end; at++) {
      sum[at]! += sum[at - 1]!;
      count[at]! += count[at - 1]!;
    }
  }
  return { first, blocks, sum, count };
}

/**
 * Adds a column of many series up per group and block: exactly, so that the series' order, and on how many machines they
 * are, does not matter. Cells are `group × blocks + block − first`.
 */
export function pooledBlockSums(
  { code, groups }: Codes,
  block: Int32Array,
  { first, blocks }: Pick<BlockSums, "first" | "blocks">,
  column: Numbers,
  where?: Numbers,
): ExactSums {
  const sums = exactSums(groups * blocks);
  for (let i = 0; i < code.length; i++) {
    const value = column[i]!;
    if (code[i]! < 0 || value !== value || where !== undefined && !(where[i]! > 0)) continue;
    addExactly(sums, code[i]! * blocks + block[i]! - first, value);
  }
  return sums;
}

/** Adds exact sums per block up over the blocks before each. */
export function blockSumsOf(
  sums: ExactSums,
  { first, blocks }: Pick<BlockSums, "first" | "blocks">,
): BlockSums {
  const groups = sums.count.length / blocks, width = blocks + 1;
  const sum = new Float64Array(groups * width), count = new Int32Array(groups * width);
  for (let g = 0; g < groups; g++) {
    for (let at = 0; at < blocks; at++) {
      const cell = g * blocks + at, to = g * width + at + 1;
      sum[to] = sum[to - 1]! + exactTotal(sums, cell);
      count[to] = count[to - 1]! + sums.count[cell]!;
    }
  }
  return { first, blocks, sum, count };
}

/** Computes a frozen mean or count for every row from sums per block: NaN where the window holds no value. */
export function frozenFromSums(
  { code }: Codes,
  block: Int32Array,
  { first, blocks, sum, count }: BlockSums,
  feature: Pick<FrozenFeature, "statistic" | "blocks">,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(code.length).fill(NaN);
  const width = blocks + 1, span = Math.min(feature.blocks, blocks), counts = feature.statistic === "count";
  for (let i = 0; i < code.length; i++) {
    if (code[i]! < 0) continue;
    const own = block[i]! - first, to = code[i]! * width + own;
    const from = to - (own > span ? span : own);
    const n = count[to]! - count[from]!;
    if (n > 0 || counts) result[i] = counts ? n : (sum[to]! - sum[from]!) / n;
  }
  return result;
}

/** The rows of a panel in the order of group, block, time: every window of blocks of a group is one stretch of it. */
export interface BlockOrder {
  /** Position in the order → row. */
  readonly rows: Int32Array;
  /** Where each run of rows of one group and one block starts in `rows`; one value more for the end. */
  readonly runs: Int32Array;
  readonly runGroup: Int32Array;
  readonly runBlock: Int32Array;
}

/**
 * Sorts rows by group, then block, then time. Rows without a group are left out.
 *
 * Counting sorts (time, block, then group, each keeping the order before it): linear in the rows, unlike a comparison
 * sort, and a frame sort would copy every column.
 */
export function blockOrder({ code, groups }: Codes, block: Int32Array, t: Int32Array, ordered: boolean): BlockOrder {
  let rows = new Int32Array(code.length);
  let n = 0;
  for (let i = 0; i < code.length; i++) if (code[i]! >= 0) rows[n++] = i;
  rows = rows.subarray(0, n);
  // Within a series rows are in the order of time (and so of blocks) already, and only groups that pool series need it.
  if (!ordered) rows = countingSort(rows, t);
  rows = countingSort(rows, code, groups);
  const startsRun = (k: number) =>
    k === 0 || code[rows[k]!] !== code[rows[k - 1]!] || block[rows[k]!] !== block[rows[k - 1]!];
  let count = 0;
  for (let k = 0; k < n; k++) if (startsRun(k)) count++;
  const runs = new Int32Array(count + 1), runGroup = new Int32Array(count), runBlock = new Int32Array(count);
  let run = 0;
  for (let k = 0; k < n; k++) {
    if (!startsRun(k)) continue;
    runs[run] = k;
    runGroup[run] = code[rows[k]!]!;
    runBlock[run] = block[rows[k]!]!;
    run++;
  }
  runs[count] = n;
  return { rows, runs, runGroup, runBlock };
}

function countingSort(rows: Int32Array, key: Int32Array, range?: number): Int32Array<ArrayBuffer> {
  let size = range ?? 0;
  if (range === undefined) { for (const row of rows) if (key[row]! >= size) size = key[row]! + 1; }
  const next = new Int32Array(size + 1);
  for (let k = 0; k < rows.length; k++) next[key[rows[k]!]! + 1]!++;
  for (let g = 0; g < size; g++) next[g + 1]! += next[g]!;
  const sorted = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!;
    sorted[next[key[row]!]!++] = row;
  }
  return sorted;
}

/** Running totals of a column along a block order: any stretch's statistics are a difference of two of them. */
export interface Totals {
  /** The values in order, NaN where missing or not counted. */
  readonly values: Float64Array;
  readonly count: Int32Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array | undefined;
}

/** Adds a column up along a block order; `where` drops rows that do not count, `squares` is for a deviation. */
export function totalsOf(
  { rows, runs, runGroup }: BlockOrder,
  column: Numbers,
  { where, squares = false }: { readonly where?: Numbers | undefined; readonly squares?: boolean } = {},
): Totals {
  const n = rows.length;
  const values = new Float64Array(n), count = new Int32Array(n + 1), sum = new Float64Array(n + 1);
  const second = squares ? new Float64Array(n + 1) : undefined;
  // One pass over a million rows per column and grouping. Sums start anew in each group, so that a group's statistics
  // do not depend on what was added up in groups before it; and each block is added up on its own first, so that a mean
  // has the same bits whether it comes from here or from `blockSums`.
  let run = 0, c = 0, s = 0, q = 0, before = 0, own = 0;
  for (let k = 0; k < n; k++) {
    if (k === runs[run]) {
      if (run > 0 && runGroup[run] !== runGroup[run - 1]) s = 0, q = 0;
      before = s;
      own = 0;
      run++;
    }
    const row = rows[k]!;
    let value = column[row]!;
    if (where !== undefined && !(where[row]! > 0)) value = NaN;
    values[k] = value;
    if (!Number.isNaN(value)) {
      c++;
      own += value;
      s = before + own;
      q += value * value;
    }
    count[k + 1] = c;
    sum[k + 1] = s;
    if (second !== undefined) second[k + 1] = q;
  }
  return { values, count, sum, squares: second };
}

/**
 * Computes one frozen statistic for every row: NaN where the window holds no value.
 *
 * @param height Rows of the result.
 */
export function frozenStatistic(
  { rows, runs, runGroup, runBlock }: BlockOrder,
  totals: Totals,
  { statistic, blocks }: Pick<FrozenFeature, "statistic" | "blocks">,
  height: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(height).fill(NaN);
  const scratch = statistic === "median" ? new Float64Array(longestGroup(runs, runGroup)) : new Float64Array(0);
  let first = 0, from = 0;
  // One step per run of rows (one group, one block): its window starts and ends with runs of the same group.
  for (let run = 0; run < runGroup.length; run++) {
    if (runGroup[run] !== runGroup[first]) first = from = run;
    while (from < run && runBlock[from]! < runBlock[run]! - blocks) from++;
    const lo = runs[from]!, hi = runs[run]!;
    const value = windowStatistic(totals, statistic, lo, hi, totalsStart(runs, first), scratch);
    if (Number.isNaN(value)) continue;
    for (let k = hi; k < runs[run + 1]!; k++) result[rows[k]!] = value;
  }
  return result;
}

/** Where a group's own totals start: its sums begin at zero there. */
function totalsStart(runs: Int32Array, first: number): number {
  return runs[first]!;
}

function windowStatistic(
  { values, count, sum, squares }: Totals,
  statistic: FrozenFeature["statistic"],
  lo: number,
  hi: number,
  start: number,
  scratch: Float64Array,
): number {
  const n = count[hi]! - count[lo]!;
  if (statistic === "count") return n;
  if (n === 0) return NaN;
  // The total just before a group's first row belongs to the group before: it counts as zero here.
  const total = (of: Float64Array) => of[hi]! - (lo === start ? 0 : of[lo]!);
  switch (statistic) {
    case "mean":
      return total(sum) / n;
    case "std": {
      if (n < 2) return NaN;
      const mean = total(sum) / n;
      return Math.sqrt(Math.max(0, (total(squares!) - n * mean * mean) / (n - 1)));
    }
    case "last": {
      let k = hi - 1;
      while (Number.isNaN(values[k]!)) k--;
      return values[k]!;
    }
    case "median":
      return median(values, lo, hi, scratch);
  }
}

/** The median of the finite values in a stretch. Insertion sort: windows hold a few dozen values. */
function median(values: Float64Array, lo: number, hi: number, scratch: Float64Array): number {
  let n = 0;
  if (hi - lo > 128) {
    for (let k = lo; k < hi; k++) if (!Number.isNaN(values[k]!)) scratch[n++] = values[k]!;
    scratch.subarray(0, n).sort();
  } else {
    for (let k = lo; k < hi; k++) {
      const value = values[k]!;
      if (Number.isNaN(value)) continue;
      let at = n++;
      for (; at > 0 && scratch[at - 1]! > value; at--) scratch[at] = scratch[at - 1]!;
      scratch[at] = value;
    }
  }
  const middle = n >> 1;
  return n % 2 === 1 ? scratch[middle]! : (scratch[middle - 1]! + scratch[middle]!) / 2;
}

function longestGroup(runs: Int32Array, runGroup: Int32Array): number {
  let longest = 0, start = 0;
  for (let run = 0; run < runGroup.length; run++) {
    if (run > 0 && runGroup[run] !== runGroup[run - 1]) start = runs[run]!;
    longest = Math.max(longest, runs[run + 1]! - start);
  }
  return longest;
}
