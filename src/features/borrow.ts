/**
 * Levels that a series without a past borrows from others, where the others may be on other machines.
 *
 * @module
 */
import type { PooledFeature } from "@/core/feature.ts";
import type { Codes, Numbers } from "@/features/codes.ts";
import { exactSums } from "@/core/exact_sums.ts";
import { medianOf } from "@/features/pooled.ts";
import {
  askPool,
  groupKey,
  type PoolRows,
  type Pools,
  type PoolWriter,
  toldPool,
  valuePool,
} from "@/features/pools.ts";

/** A level to borrow from, with what is known of its groups here. */
export interface Level {
  readonly feature: Pick<PooledFeature, "of" | "by">;
  readonly by: readonly Numbers[];
  readonly codes: Codes;
}

/** Tells at which steps each group of a level has a value. */
export function tellTold(
  writer: PoolWriter,
  { feature: { of, by }, by: columns, codes }: Level,
  t: Int32Array,
  steps: number,
  values: Numbers,
): void {
  const told = exactSums(codes.groups * steps);
  for (let i = 0; i < t.length; i++) {
    if (codes.code[i]! >= 0 && !Number.isNaN(values[i]!)) told.count[codes.code[i]! * steps + t[i]!] = 1;
  }
  writer.mark(toldPool(of, by));
  writer.addCells(toldPool(of, by), columns, codes, steps, 0, told);
}

/** Asks, for every step without a value, the nearest level at which somebody has one. */
export function tellAsks(
  writer: PoolWriter,
  levels: readonly Level[],
  pools: Pools,
  t: Int32Array,
  steps: number,
  values: Numbers,
): void {
  const told = levels.map(({ feature: { of, by } }) => cellsOf(pools.get(toldPool(of, by)), by.length));
  const asked = levels.map(({ codes }) => exactSums(codes.groups * steps));
  for (let i = 0; i < t.length; i++) {
    if (!Number.isNaN(values[i]!)) continue;
    for (const [at, { by, codes }] of levels.entries()) {
      if (codes.code[i]! < 0 || !told[at]!.has(cellKey(by.map((column) => column[i]!), t[i]!))) continue;
      asked[at]!.count[codes.code[i]! * steps + t[i]!] = 1;
      break;
    }
  }
  for (const [at, { feature: { of, by }, by: columns, codes }] of levels.entries()) {
    writer.mark(askPool(of, by));
    writer.addCells(askPool(of, by), columns, codes, steps, 0, asked[at]!);
  }
}

/** Tells the values that were asked for. */
export function tellValues(
  writer: PoolWriter,
  { feature: { of, by }, by: columns, codes }: Level,
  pools: Pools,
  t: Int32Array,
  values: Numbers,
): void {
  const asked = cellsOf(pools.get(askPool(of, by)), by.length), rows: number[] = [];
  writer.mark(valuePool(of, by));
  if (asked.size === 0) return;
  for (let i = 0; i < t.length; i++) {
    if (codes.code[i]! < 0 || Number.isNaN(values[i]!)) continue;
    if (asked.has(cellKey(columns.map((column) => column[i]!), t[i]!))) rows.push(i);
  }
  writer.add(
    valuePool(of, by),
    rows.length,
    columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
    Int32Array.from(rows, (row) => t[row]!),
    [Float64Array.from(rows, (row) => values[row]!)],
    new Float64Array(rows.length).fill(1),
  );
}

/** Fills the gaps of a column with the median of what its group told for the same step. */
export function borrowed(
  own: Numbers,
  { feature: { of, by }, by: columns, codes }: Level,
  pools: Pools,
  t: Int32Array,
): Float64Array {
  const pool = pools.get(valuePool(of, by)), filled = Float64Array.from(own);
  const values = new Map<string, number[]>();
  if (pool !== undefined) {
    for (let row = 0; row < pool.rows; row++) {
      if (pool.n[row] === 0) continue;
      const key = keyOfRow(pool, by.length, row), list = values.get(key);
      if (list === undefined) values.set(key, [pool.limbs[0]![row]!]);
      else list.push(pool.limbs[0]![row]!);
    }
  }
  if (values.size === 0) return filled;
  const medians = new Map(Array.from(values, ([key, list]) => [key, medianOf(list)]));
  for (let i = 0; i < filled.length; i++) {
    if (!Number.isNaN(filled[i]!) || codes.code[i]! < 0) continue;
    filled[i] = medians.get(cellKey(columns.map((column) => column[i]!), t[i]!)) ?? NaN;
  }
  return filled;
}

const cellKey = (group: readonly number[], at: number): string => `${groupKey(group)}@${at}`;

function keyOfRow({ groups, at }: PoolRows, width: number, row: number): string {
  return cellKey(groups.slice(0, width).map((values) => values[row]!), at[row]!);
}

function cellsOf(pool: PoolRows | undefined, width: number): ReadonlySet<string> {
  const cells = new Set<string>();
  for (let row = 0; row < (pool?.rows ?? 0); row++) if (pool!.n[row]! > 0) cells.add(keyOfRow(pool!, width, row));
  return cells;
}
