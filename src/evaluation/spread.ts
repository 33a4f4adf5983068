import { mean, median } from "simple-statistics";

/** How a score varies from window to window. */
export interface Spread {
  /** The mean over all windows. */
  readonly mean: number;
  /** The median over all windows. */
  readonly median: number;
  /** The lowest score. */
  readonly min: number;
  /** The highest score. */
  readonly max: number;
}

/**
 * Sums up one score per window: a single window is luck, so the mean stands beside the middle and both ends.
 *
 * @throws {RangeError} If there is no value.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { spreadOf } from "@/evaluation/mod.ts";
 *
 * expect(spreadOf([0.1, 0.3, 0.11])).toEqual({ mean: 0.17, median: 0.11, min: 0.1, max: 0.3 });
 * ```
 */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("Cannot sum up scores as there must be at least one: there is none");
  return { mean: mean([...values]), median: median([...values]), min: Math.min(...values), max: Math.max(...values) };
}
