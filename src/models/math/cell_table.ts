/**
 * Rows added up by what they have in common: a table that is the same however the rows were spread over machines.
 *
 * @module
 */
import { addExactly, type ExactSums, exactSums, exactTotal, LIMBS, requireExact } from "@/core/exact_sums.ts";
import { joinNumbers } from "@/core/matrix.ts";
import type { Share } from "@/core/regressor.ts";
import { positions } from "@/models/math/key_index.ts";

/** Cells with sums: one per combination of values that occurs, ascending, column after column. */
export interface CellTable {
  /** One column per name: the value of each cell; NaN where it is missing. */
  readonly values: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
  /** How much the rows of each cell count in all. */
  readonly weight: Float64Array<ArrayBuffer>;
  /** What they sold in all, each times its weight. */
  readonly sold: Float64Array<ArrayBuffer>;
  /** How many rows there are in each cell. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** The largest target among them. */
  readonly most: Float64Array<ArrayBuffer>;
}

/** Up to so many possible cells, a table of all of them is quicker than sorting. */
const DENSE = 4_000_000;
const VALUE = "value ", ROWS = "rows", MOST = "most";
const limbNames = (of: string) => Array.from({ length: LIMBS }, (_, k) => `${of}${k}`);
const WEIGHT = limbNames("weight"), SOLD = limbNames("sold");

/**
 * Adds up the rows of a part: one row per cell, its sums as numbers that never round (see core/exact_sums.ts).
 *
 * @param columns Name → one value per row; cells are the combinations of these that occur.
 * @param weight How much each row counts; 1 when left out.
 * @throws {RangeError} If a target is 2⁴⁰ or more, or not a number.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { cellShare, cellTable, joinCells } from "@/models/math/cell_table.ts";
 *
 * const one = cellShare({ store: [1, 2] }, [10, 5]), other = cellShare({ store: [1] }, [0.5]);
 * const { values, sold, rows } = cellTable(joinCells([one, other]));
 * expect([...values["store"]!, ...sold, ...rows]).toEqual([1, 2, 10.5, 5, 2, 1]);
 * ```
 */
export function cellShare(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  y: ArrayLike<number>,
  weight?: ArrayLike<number>,
): Share {
  const cells = cellsOf(Object.values(columns), y.length);
  const sold = exactSums(cells.count), most = new Float64Array(cells.count).fill(-Infinity);
  // Loops, as a million rows pass through here.
  for (let i = 0; i < y.length; i++) {
    const cell = cells.codes[i]!, target = y[i]!;
    addExactly(sold, cell, weight === undefined ? target : weight[i]! * target);
    if (target > most[cell]!) most[cell] = target;
  }
  const weights = weight === undefined ? ones(sold.count) : exactSums(cells.count);
  if (weight !== undefined) { for (let i = 0; i < y.length; i++) addExactly(weights, cells.codes[i]!, weight[i]!); }
  return shareOf(Object.keys(columns), Object.values(columns), cells, { weights, sold, most, rows: sold.count });
}

/** The exact sums of as many ones as are counted in each cell. */
function ones(count: Float64Array<ArrayBuffer>): ExactSums {
  const one = exactSums(1);
  addExactly(one, 0, 1);
  return {
    limbs: Float64Array.from(
      { length: count.length * LIMBS },
      (_, at) => one.limbs[at % LIMBS]! * count[Math.floor(at / LIMBS)]!,
    ),
    count,
  };
}

/**
 * Joins the shares of parts, in any order and any number at a time.
 *
 * @throws {RangeError} If a cell holds so many rows that its sums may have been rounded.
 */
export function joinCells(shares: readonly Share[]): Share {
  const told = shares.filter((share) => share[ROWS]!.length > 0);
  const [first = shares[0]!] = told;
  for (const limbs of [WEIGHT, SOLD]) requireExact(limbs.map((name) => first[name]!));
  if (told.length < 2) return first;
  const names = Object.keys(first).filter((name) => name.startsWith(VALUE));
  const all = (name: string) => joinNumbers(told.map((share) => share[name]!));
  const values = names.map(all), n = all(ROWS), peak = all(MOST);
  const cells = cellsOf(values, n.length);
  const weights = exactSums(cells.count), sold = exactSums(cells.count);
  const rows = new Float64Array(cells.count), most = new Float64Array(cells.count).fill(-Infinity);
  for (const [sums, limbs] of [[weights, WEIGHT.map(all)], [sold, SOLD.map(all)]] as const) {
    limbs.forEach((limb, k) => cells.codes.forEach((cell, i) => sums.limbs[cell * LIMBS + k]! += limb[i]!));
  }
  cells.codes.forEach((cell, i) => {
    rows[cell]! += n[i]!;
    if (peak[i]! > most[cell]!) most[cell] = peak[i]!;
  });
  const joined = shareOf(names.map((name) => name.slice(VALUE.length)), values, cells, { weights, sold, most, rows });
  for (const limbs of [WEIGHT, SOLD]) requireExact(limbs.map((name) => joined[name]!));
  return joined;
}

/** What a share says of its cells, every sum rounded once. */
export function cellTable(share: Share): CellTable {
  const names = Object.keys(share).filter((name) => name.startsWith(VALUE));
  const total = (names: readonly string[]) => {
    const parts = names.map((name) => share[name]!), limbs = new Float64Array(LIMBS);
    return share[ROWS]!.map((_, cell) => {
      for (let k = 0; k < LIMBS; k++) limbs[k] = parts[k]![cell]!;
      return exactTotal({ limbs }, 0);
    });
  };
  return {
    values: Object.fromEntries(names.map((name) => [name.slice(VALUE.length), share[name]!])),
    weight: total(WEIGHT),
    sold: total(SOLD),
    rows: share[ROWS]!,
    most: share[MOST]!,
  };
}

interface Cells {
  /** The cell of each row. */
  readonly codes: Int32Array;
  readonly count: number;
}

/** Numbers the combinations of values that occur, in ascending order of the first column, then the second; NaN last. */
function cellsOf(columns: readonly ArrayLike<number>[], rows: number): Cells {
  const place = new Float64Array(rows);
  let possible = 1;
  for (const column of columns) {
    const values = distinct(column);
    const position = positions(values), base = values.length + 1;
    possible *= base;
    if (!Number.isSafeInteger(possible)) {
      throw new RangeError(
        `Cannot tell apart the combinations of ${columns.length} columns as there may be more than 2^53: use fewer keys`,
      );
    }
    for (let i = 0; i < rows; i++) {
      const at = position(column[i]!);
      place[i] = place[i]! * base + (at < 0 ? values.length : at);
    }
  }
  const codes = new Int32Array(rows);
  if (possible <= DENSE) {
    const code = new Int32Array(possible).fill(-1);
    for (let i = 0; i < rows; i++) code[place[i]!] = 0;
    let count = 0;
    for (let cell = 0; cell < possible; cell++) if (code[cell] === 0) code[cell] = count++;
    for (let i = 0; i < rows; i++) codes[i] = code[place[i]!]!;
    return { codes, count };
  }
  const occurring = distinct(place), at = new Map(occurring.map((cell, k) => [cell, k]));
  for (let i = 0; i < rows; i++) codes[i] = at.get(place[i]!)!;
  return { codes, count: occurring.length };
}

/** The values that occur, ascending, without NaN. */
function distinct(column: ArrayLike<number>): number[] {
  const seen = new Set<number>();
  let before = NaN;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    // Rows of one series and month stand together: most repeat the one before.
    if (value !== before && !Number.isNaN(value)) seen.add(value);
    before = value;
  }
  return [...seen].sort((a, b) => a - b);
}

function shareOf(
  names: readonly string[],
  columns: readonly ArrayLike<number>[],
  { codes, count }: Cells,
  { weights, sold, most, rows }: {
    readonly weights: ExactSums;
    readonly sold: ExactSums;
    readonly most: Float64Array<ArrayBuffer>;
    readonly rows: Float64Array<ArrayBuffer>;
  },
): Share {
  const limbs = (of: readonly string[], sums: ExactSums) =>
    of.map((name, k) => [name, Float64Array.from(rows, (_, cell) => sums.limbs[cell * LIMBS + k]!)] as const);
  const values = columns.map((column) => {
    const own = new Float64Array(count);
    for (let i = 0; i < codes.length; i++) own[codes[i]!] = column[i]!;
    return own;
  });
  return Object.fromEntries([
    ...names.map((name, k) => [`${VALUE}${name}`, values[k]!] as const),
    ...limbs(WEIGHT, weights),
    ...limbs(SOLD, sold),
    [ROWS, rows],
    [MOST, most],
  ]);
}
