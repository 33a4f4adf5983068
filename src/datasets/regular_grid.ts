/**
 * A place for every step: the grid of series and dates behind a regular panel.
 *
 * @module
 */

/** Rows in the order of a regular panel, and the steps that had to be added. */
export interface Grid {
  /** For each step, by series and date: the row that has it, or `rows + k` for the k-th added step. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** The series of each added step. */
  readonly addedSeries: Int32Array<ArrayBuffer>;
  /** The day of each added step, since 1970-01-01. */
  readonly addedDay: Int32Array<ArrayBuffer>;
}

/**
 * Sorts rows by series and date in linear time, and finds the steps that are missing between a series' first and last.
 *
 * @param series Each row's series, as a code from 0.
 * @param day Each row's date, in days since 1970-01-01.
 * @param step Days from one step to the next: 1 or 7.
 * @throws {RangeError} If a row lies between two steps, or two rows of a series have the same date.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { regularGrid } from "@/datasets/regular_grid.ts";
 *
 * const grid = regularGrid(Int32Array.of(1, 0, 0), Int32Array.of(9, 7, 5), 1);
 * expect([...grid.order]).toEqual([2, 3, 1, 0]); // series 0 on days 5, 6 (added), 7; series 1 on day 9
 * expect([...grid.addedDay]).toEqual([6]);
 * ```
 */
export function regularGrid(series: Int32Array, day: Int32Array, step: number): Grid {
  // Plain loops: this is a counting sort over a million rows, where a library sort takes ten times as long.
  let count = 0;
  for (let i = 0; i < series.length; i++) if (series[i]! >= count) count = series[i]! + 1;
  const first = new Int32Array(count).fill(2 ** 31 - 1), last = new Int32Array(count).fill(-(2 ** 31));
  for (let i = 0; i < series.length; i++) {
    const s = series[i]!, d = day[i]!;
    if (d < first[s]!) first[s] = d;
    if (d > last[s]!) last[s] = d;
  }
  const start = new Uint32Array(count + 1);
  for (let s = 0; s < count; s++) {
    start[s + 1] = start[s]! + (last[s]! < first[s]! ? 0 : Math.floor((last[s]! - first[s]!) / step) + 1);
  }
  const steps = start[count]!;
  const free = 0xffff_ffff;
  const order = new Uint32Array(steps).fill(free);
  for (let i = 0; i < series.length; i++) {
    const s = series[i]!, position = (day[i]! - first[s]!) / step;
    if (!Number.isInteger(position)) {
      throw new RangeError(`Cannot lay out row ${i + 1} as steps are ${step} days apart: it lies between two of them`);
    }
    if (order[start[s]! + position] !== free) {
      throw new RangeError(
        `Cannot lay out row ${i + 1} as row ${order[start[s]! + position]! + 1} has its step already`,
      );
    }
    order[start[s]! + position] = i;
  }
  const missing = steps - series.length;
  const addedSeries = new Int32Array(missing), addedDay = new Int32Array(missing);
  let added = 0;
  for (let s = 0; s < count && added < missing; s++) {
    for (let at = start[s]!; at < start[s + 1]!; at++) {
      if (order[at] !== free) continue;
      addedSeries[added] = s;
      addedDay[added] = first[s]! + (at - start[s]!) * step;
      order[at] = series.length + added++;
    }
  }
  return { order, addedSeries, addedDay };
}
