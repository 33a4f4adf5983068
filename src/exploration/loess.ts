/**
 * Loess: a curve through a regular series, fitted line by line to the neighbours of each point.
 *
 * @module
 */

/** How a series is smoothed. */
export interface LoessOptions {
  /** Odd number of neighbours that each fit looks at. */
  readonly window: number;
  /** How much each value counts; all the same by default. */
  readonly weights?: ArrayLike<number>;
  /** Whether the curve goes on for one step before the first and one after the last value. */
  readonly beyond?: boolean;
}

/**
 * Smooths a regular series: each value becomes that of a line fitted to its neighbours, the near ones counting most.
 *
 * Local linear regression with tricube weights (Cleveland 1979); where all weights are zero the value itself stays.
 *
 * @returns One value per value of y; with `beyond`, one more at each end.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { loess } from "@/exploration/loess.ts";
 *
 * const line = loess([1, 2, 3, 4, 5], { window: 3, beyond: true });
 * expect(line.length).toBe(7);
 * expect(line[6]).toBeCloseTo(6, 12);
 * ```
 */
export function loess(y: ArrayLike<number>, { window, weights, beyond = false }: LoessOptions): Float64Array {
  const n = y.length, half = (window + 1) >> 1;
  const result = new Float64Array(beyond ? n + 2 : n), shift = beyond ? 1 : 0;
  const scratch = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    // The neighbours are centred on the point, but for those near an end.
    const from = n < 2 || window >= n ? 0 : Math.min(Math.max(0, t + 1 - half), n - window);
    const to = Math.min(n, from + window);
    result[t + shift] = n < 2 ? y[t]! : lineAt(y, t, from, to, { window, weights, scratch }) ?? y[t]!;
  }
  if (beyond) {
    result[0] = lineAt(y, -1, 0, Math.min(n, window), { window, weights, scratch }) ?? result[1]!;
    result[n + 1] = lineAt(y, n, Math.max(0, n - window), n, { window, weights, scratch }) ?? result[n]!;
  }
  return result;
}

/** The value at `at` of a line fitted to the values from `from` to before `to`; undefined when none of them counts. */
function lineAt(
  y: ArrayLike<number>,
  at: number,
  from: number,
  to: number,
  { window, weights, scratch }: {
    readonly window: number;
    readonly weights: ArrayLike<number> | undefined;
    readonly scratch: Float64Array;
  },
): number | undefined {
  const n = y.length;
  let reach = Math.max(at - from, to - 1 - at);
  // A window wider than the series flattens the weights.
  if (window > n) reach += (window - n) >> 1;
  let total = 0;
  for (let j = from; j < to; j++) {
    const distance = Math.abs(j - at);
    let weight = 0;
    if (distance <= 0.999 * reach) weight = distance <= 0.001 * reach ? 1 : (1 - (distance / reach) ** 3) ** 3;
    scratch[j] = weight * (weights ? weights[j]! : 1);
    total += scratch[j]!;
  }
  if (total <= 0) return undefined;
  let centre = 0;
  for (let j = from; j < to; j++) {
    scratch[j]! /= total;
    centre += scratch[j]! * j;
  }
  let spread = 0;
  for (let j = from; j < to; j++) spread += scratch[j]! * (j - centre) ** 2;
  // With all weight on one point there is no slope to fit.
  const slope = reach > 0 && Math.sqrt(spread) > 0.001 * (n - 1) ? (at - centre) / spread : 0;
  let value = 0;
  for (let j = from; j < to; j++) value += scratch[j]! * (1 + slope * (j - centre)) * y[j]!;
  return value;
}
