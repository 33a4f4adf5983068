import { dieboldMariano } from "@/evaluation/diebold_mariano.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/** Windows that a test in pairs needs at least. */
export const LEAST_CONFIRMING = 3;

/** What windows that the search never saw say of the point it put forward. */
export interface Confirmation {
  /** The mean relative difference in loss: −0.02 is 2 % less than what is in use. */
  readonly change: number;
  /** How likely so large a gain is by chance, if there is none: one-sided. Null where nothing differs, or all by the same. */
  readonly pValue: number | null;
  /** Whether the gain is beyond chance, so that the point should replace what is in use. */
  readonly confirmed: boolean;
}

/**
 * Tells whether what a search put forward is better than what is in use, by windows that had no say in the search.
 *
 * One point is tested once on fresh windows, so that the search's own luck has no part in it, however many points it
 * tried. The test is Student's in pairs over the windows, of relative differences: each window brings its own days, its
 * own fit and its own season, and counts once. It keeps its level where windows differ in how noisy they are (Ibragimov
 * and Müller 2010), so long as they do not overlap.
 *
 * @param losses What the point lost, one per window.
 * @param inUse What is lost by the parameters in use, in the same windows.
 * @param options.alpha How unlikely the gain must be by chance.
 * @throws {RangeError} If windows are fewer than three or the lengths differ: no test can be made.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { confirmGain } from "@/evaluation/mod.ts";
 *
 * expect(confirmGain([0.95, 1.88, 0.97], [1, 2, 1], { alpha: 0.05 }).confirmed).toBe(true);
 * expect(confirmGain([0.5, 2.1, 1.1], [1, 2, 1], { alpha: 0.05 }).confirmed).toBe(false);
 * ```
 */
export function confirmGain(losses: Numbers, inUse: Numbers, { alpha }: { readonly alpha: number }): Confirmation {
  if (losses.length < LEAST_CONFIRMING || losses.length !== inUse.length) {
    throw new RangeError(
      `Cannot confirm a gain as a test needs ${LEAST_CONFIRMING} or more windows of both: there are ${losses.length} of one and ${inUse.length} of the other`,
    );
  }
  const changes = Array.from(inUse, (old, window) => relativeChange(losses[window]!, old));
  const change = changes.reduce((sum, own) => sum + own, 0) / changes.length;
  // Without lags the test of Diebold and Mariano is Student's in pairs.
  const pValue = dieboldMariano(changes, changes.map(() => 0))?.pValue ?? null;
  return { change, pValue, confirmed: pValue !== null && pValue < alpha };
}

/** How much more a loss is than another, of the mean of both: the same in size whichever comes first. */
function relativeChange(loss: number, other: number): number {
  const size = (loss + other) / 2;
  return size > 0 ? (loss - other) / size : 0;
}
