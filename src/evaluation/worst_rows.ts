import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { sameLength } from "@/evaluation/metrics/same_length.ts";

/** A row that spoils the score. */
export interface WorstRow {
  /** Its position in the columns that were given. */
  readonly row: number;
  /** What was sold, in units of y; above zero. */
  readonly y: number;
  /** What was forecast, in units of y. */
  readonly yHat: number;
  /** Its share of the total squared percentage error: 0.94 means that the other rows make up 6 % of it. */
  readonly share: number;
}

/**
 * Finds the few rows that make up most of the error: one closed-by-surprise day can outweigh a month of good forecasts.
 *
 * Rows with y <= 0 do not count, as in rmspe. Sorted by share, largest first.
 *
 * @throws {RangeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { worstRows } from "@/evaluation/mod.ts";
 *
 * const [worst] = worstRows([100, 10, 100], [110, 40, 100], { count: 1 });
 * expect(worst!.row).toBe(1);
 * expect(worst!.share).toBeCloseTo(9 / 9.01);
 * ```
 */
export function worstRows(y: Numbers, yHat: Numbers, { count = 10 }: { readonly count?: number } = {}): WorstRow[] {
  sameLength("find the worst rows", "y", y, "yHat", yHat);
  const squared = new Float64Array(y.length);
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    if (!(y[i]! > 0)) continue;
    squared[i] = ((yHat[i]! - y[i]!) / y[i]!) ** 2;
    total += squared[i]!;
  }
  const rows = Uint32Array.from(squared, (_, i) => i).filter((i) => squared[i]! > 0);
  return [...rows.sort((a, b) => squared[b]! - squared[a]! || a - b).subarray(0, count)]
    .map((row) => ({ row, y: y[row]!, yHat: yHat[row]!, share: squared[row]! / total }));
}
