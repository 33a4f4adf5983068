/**
 * What the series of one machine have to tell the others: sums, and values to borrow from, per group and time.
 *
 * A pool is a mergeable statistic. Each part of a panel tells its own share of it (`collectPools`), shares are joined in
 * whatever order (`joinPools`), and a part that is told all of it (`buildFeatures` with `pools`) has the features that it
 * would have had beside all the others, bit for bit.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Feature, FrozenFeature, PooledFeature } from "@/core/feature.ts";
import type { Codes, Numbers } from "@/features/codes.ts";
import { type ExactSums, exactSums, LIMBS, requireExact } from "@/core/exact_sums.ts";

/**
 * Pools as a table: `pool` (which one: see the functions below), `g0`, `g1`, … (the group's values; null where it has
 * fewer, or a value is missing), `at` (a block, a step, or 0), `s0` … `s3` (an exact sum; `s0` alone for a value), `n`
 * (how many values were added up).
 */
export type PoolTable = DataFrame;

/** The pool of a statistic frozen at the start of each block, over several series. */
export function frozenPool({ by, of, where }: Pick<FrozenFeature, "by" | "of" | "where">): string {
  return ["sum per block", of, ...where === undefined ? [] : ["where", where], "by", ...by].join(" ");
}

/** The pool of a statistic of each step. */
export function stepPool({ by, of }: Pick<PooledFeature, "by" | "of">): string {
  return ["sum per step", of, "by", ...by].join(" ");
}

/** The pool of a mean over all time. */
export function meanPool({ of, by }: { readonly of: string; readonly by: string }): string {
  return `mean ${of} by ${by}`;
}

/** The pool of the steps at which a group has a value. */
export const toldPool = (of: string, by: readonly string[]): string => ["told", of, "by", ...by].join(" ");

/** The pool of the steps at which somebody wants to borrow a value from a group. */
export const askPool = (of: string, by: readonly string[]): string => ["ask", of, "by", ...by].join(" ");

/** The pool of the values that were asked for. */
export const valuePool = (of: string, by: readonly string[]): string => ["value", of, "by", ...by].join(" ");

/** The levels at which the gaps of a column are filled, nearest first. */
export function fillLevels(features: readonly Feature[], of: string): readonly PooledFeature[] {
  return features.filter((one): one is PooledFeature =>
    one.form === "pooled" && one.fills !== undefined && one.of === of
  );
}

/** Whether a statistic of these groups looks across series: a group of every key holds one series. */
export function spansSeries(by: readonly string[], keys: readonly string[]): boolean {
  return !by.includes("series") && !keys.every((key) => by.includes(key));
}

/** One pool's rows, ready to be looked up. */
export interface PoolRows {
  /** How many rows it has: the length of every array below. */
  readonly rows: number;
  /** One vector per column of the group; NaN where there is no value. */
  readonly groups: readonly Float64Array[];
  /** The block or the step of each row; 0 where the pool has no time. */
  readonly at: Int32Array;
  /** The parts of an exact sum, one array per part; where the pool is of values, the first is the value. */
  readonly limbs: readonly Float64Array[];
  /** How many values were added up, as whole numbers; 0 for a mark, which only says that the pool is told. */
  readonly n: Float64Array;
}

/** All pools that are known by now: name → rows. */
export type Pools = ReadonlyMap<string, PoolRows>;

/** Collects rows of pools. */
export class PoolWriter {
  readonly #width: number;
  readonly #parts: DataFrame[] = [];

  /** @param features The whole recipe: it says how many columns a group may have. */
  constructor(features: readonly Feature[]) {
    this.#width = poolWidth(features);
  }

  add(
    pool: string,
    rows: number,
    groups: readonly ArrayLike<number>[],
    at: Int32Array,
    limbs: readonly Float64Array[],
    n: Float64Array,
  ): void {
    const empty = new Float64Array(rows), none = new Float64Array(rows).fill(NaN);
    const group = (k: number) => groups[k] === undefined ? none : Float64Array.from(groups[k]!);
    const columns = Array.from({ length: this.#width }, (_, k) => `g${k}`);
    this.#parts.push(
      pl.DataFrame([
        pl.Series("pool", Array<string>(rows).fill(pool), pl.Utf8),
        ...columns.map((name, k) => pl.Series(name, group(k))),
        pl.Series("at", at),
        ...Array.from({ length: LIMBS }, (_, k) => pl.Series(`s${k}`, limbs[k] ?? empty)),
        pl.Series("n", n),
      ]).withColumns(...columns.map((name) => pl.col(name).fillNan(pl.lit(null)))),
    );
  }

  /** Says that a pool is told, though it may have no rows. */
  mark(pool: string): void {
    const nothing = new Float64Array(1);
    this.add(pool, 1, [], new Int32Array(1), [nothing], nothing);
  }

  /** Tells the cells of a group × time table that hold something. */
  addCells(pool: string, by: readonly Numbers[], codes: Codes, width: number, first: number, sums: ExactSums): void {
    const rowOf = new Int32Array(codes.groups).fill(-1);
    for (let i = codes.code.length - 1; i >= 0; i--) if (codes.code[i]! >= 0) rowOf[codes.code[i]!] = i;
    const cells = Int32Array.from(sums.count.keys()).filter((cell) => sums.count[cell]! > 0);
    this.add(
      pool,
      cells.length,
      by.map((values) => Float64Array.from(cells, (cell) => values[rowOf[Math.floor(cell / width)]!]!)),
      cells.map((cell) => cell % width + first),
      Array.from({ length: LIMBS }, (_, k) => Float64Array.from(cells, (cell) => sums.limbs[cell * LIMBS + k]!)),
      Float64Array.from(cells, (cell) => sums.count[cell]!),
    );
  }

  table(): PoolTable {
    return this.#parts.length === 0 ? emptyPools(this.#width) : pl.concat(this.#parts);
  }
}

/** How many columns a group of the recipe's pools may have. */
function poolWidth(features: readonly Feature[]): number {
  return features.reduce((most, one) => "by" in one ? Math.max(most, one.by.length) : most, 1);
}

function emptyPools(width: number): PoolTable {
  const none = new Float64Array(0);
  const names = [...Array.from({ length: width }, (_, k) => `g${k}`)];
  return pl.DataFrame([
    pl.Series("pool", [] as string[], pl.Utf8),
    ...names.map((name) => pl.Series(name, none)),
    pl.Series("at", new Int32Array(0)),
    ...["s0", "s1", "s2", "s3", "n"].map((name) => pl.Series(name, none)),
  ]);
}

/**
 * Joins the shares of all parts: sums are added up, which is exact, and the rest is laid side by side. Rows are sorted, so
 * that the bytes do not depend on the parts or their order.
 *
 * @throws {RangeError} If a group holds too many values to add them up without rounding.
 */
export function joinPools(parts: readonly PoolTable[]): PoolTable {
  const all = pl.concat([...parts]);
  const groups = all.columns.filter((name) => /^g\d+$/.test(name)), cell = ["pool", ...groups, "at"];
  const limbs = Array.from({ length: LIMBS }, (_, k) => `s${k}`);
  // Marks (n = 0) are joined even among values, of which each part may have made one.
  const values = pl.col("pool").str.contains("^value ").and(pl.col("n").gt(0));
  const flags = pl.col("pool").str.contains("^(ask|told) ");
  const sums = all.filter(values.not()).groupBy(...cell).agg(
    ...limbs.map((name) => pl.col(name).sum().alias(name)),
    pl.col("n").sum().alias("n"),
  ).withColumns(
    pl.when(flags.and(pl.col("n").gt(0))).then(pl.lit(1)).otherwise(pl.col("n")).cast(pl.Float64).alias("n"),
  );
  const joined = pl.concat([sums.select(...all.columns), all.filter(values)]).sort([...cell, "s0"]);
  const exact = joined.filter(values.not());
  requireExact(limbs.map((name) => exact.getColumn(name).toTypedArray() as Float64Array));
  return joined;
}

/** Whether somebody wants to borrow a value: then a round of answers follows. */
export function hasAsks(table: PoolTable): boolean {
  return table.filter(pl.col("pool").str.contains("^ask ").and(pl.col("n").gt(0))).height > 0;
}

/** A round that was joined whole, with the answers where nobody asks: they are known to be none, and need no round. */
export function withAnswers(table: PoolTable): PoolTable {
  const asked = table.filter(pl.col("pool").str.contains("^ask "));
  if (asked.height === 0 || hasAsks(table)) return table;
  return pl.concat([table, asked.withColumns(pl.col("pool").str.replace("^ask ", "value ").alias("pool"))]);
}

/** Reads pools for looking them up. */
export function readPools(table: PoolTable): Pools {
  const names = table.getColumn("pool").toArray() as string[];
  const groups = table.columns.filter((name) => /^g\d+$/.test(name));
  const column = (name: string) =>
    table.select(pl.col(name).cast(pl.Float64).fillNull(pl.lit(NaN))).getColumn(name).toTypedArray() as Float64Array;
  const [values, at, n] = [groups.map(column), table.getColumn("at").toTypedArray() as Int32Array, column("n")];
  const limbs = Array.from({ length: LIMBS }, (_, k) => column(`s${k}`));
  const pools = new Map<string, PoolRows>();
  // Rows of one pool may stand apart where several rounds were laid side by side.
  const of = new Map<string, number[]>();
  names.forEach((name, row) => of.get(name)?.push(row) ?? of.set(name, [row]));
  for (const [name, rows] of of) {
    const pick = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]!);
    pools.set(name, {
      rows: rows.length,
      groups: values.map(pick),
      at: Int32Array.from(rows, (row) => at[row]!),
      limbs: limbs.map(pick),
      n: pick(n),
    });
  }
  return pools;
}

/** A group's values as a key. */
export const groupKey = (values: readonly number[]): string => values.join("|");

/** Finds the code that each group has here. */
function codesHere(by: readonly Numbers[], { code }: Codes): ReadonlyMap<string, number> {
  const here = new Map<string, number>(), seen = new Set<number>();
  for (let i = 0; i < code.length; i++) {
    if (code[i]! < 0 || seen.has(code[i]!)) continue;
    seen.add(code[i]!);
    here.set(groupKey(by.map((values) => values[i]!)), code[i]!);
  }
  return here;
}

/** The sums of the groups that occur here, over all parts; cells are `code × width + at − first`. */
export function sumsHere(
  pool: PoolRows | undefined,
  by: readonly Numbers[],
  codes: Codes,
  width: number,
  first: number,
): ExactSums {
  const sums = exactSums(codes.groups * width);
  if (pool === undefined) return sums;
  const here = codesHere(by, codes);
  for (let row = 0; row < pool.rows; row++) {
    if (pool.n[row] === 0) continue;
    const code = here.get(groupKey(by.map((_, k) => pool.groups[k]![row]!)));
    if (code === undefined) continue;
    const cell = code * width + pool.at[row]! - first;
    for (let k = 0; k < LIMBS; k++) sums.limbs[cell * LIMBS + k]! += pool.limbs[k]![row]!;
    sums.count[cell]! += pool.n[row]!;
  }
  return sums;
}
