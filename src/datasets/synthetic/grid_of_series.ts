/**
 * How many stores and how many products make a number of series.
 *
 * @module
 */

/** A series' store and product, both counted from 1. */
export interface Cell {
  readonly store: number;
  readonly product: number;
}

/**
 * Spreads series over stores and products (departments, items): the last store may have fewer products.
 *
 * @param shape How many products there are per store, in the long run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { gridOfSeries } from "@/datasets/synthetic/grid_of_series.ts";
 *
 * const cells = gridOfSeries(96, 1.5);
 * expect(cells.at(-1)).toEqual({ store: 8, product: 12 });
 * ```
 */
export function gridOfSeries(series: number, shape: number): readonly Cell[] {
  const stores = Math.max(1, Math.round(Math.sqrt(series / shape)));
  const products = Math.ceil(series / stores);
  return Array.from({ length: series }, (_, i) => ({ store: Math.floor(i / products) + 1, product: i % products + 1 }));
}
