/**
 * How much the generators can write.
 *
 * @module
 */

/** A JavaScript string holds 2^29 characters, and a row of sales has 40 at the most. */
const MOST_ROWS = 12_000_000;

/**
 * How many steps of history a generator makes per series: what was asked for, or the usual number, or as many of them
 * as fit into one CSV text where there are very many series.
 *
 * @throws {RangeError} If series or steps is not a positive integer, or more rows are asked for than fit.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { stepsFor } from "@/datasets/synthetic/csv_rows.ts";
 *
 * expect(stepsFor({ series: 60 }, 900)).toBe(900);
 * expect(stepsFor({ series: 100_000 }, 900)).toBe(120);
 * ```
 */
export function stepsFor(
  { series, steps }: { readonly series: number; readonly steps?: number },
  usual: number,
): number {
  for (const [name, value] of Object.entries({ series, steps: steps ?? usual })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot generate data as ${name} must be a positive integer: current value is ${value}`);
    }
  }
  const most = Math.floor(MOST_ROWS / series);
  if (most < 1 || (steps !== undefined && steps > most)) {
    throw new RangeError(
      `Cannot generate ${series} series of ${steps ?? usual} steps as one file holds ${MOST_ROWS} rows: ` +
        `ask for at most ${most} steps`,
    );
  }
  return steps ?? Math.min(usual, most);
}
