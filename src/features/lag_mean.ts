/**
 * Means of several past values: the last eight Mondays, the weeks around this one a year ago.
 *
 * @module
 */
import type { LagMeanFeature } from "@/core/feature.ts";
import type { Numbers } from "@/features/codes.ts";

/** What a mean of lags may be told beyond its steps. */
export interface LagMeanOptions {
  /** The column that is looked back at; the transformed target by default. */
  readonly of?: string;
  /** What to call it, when the list of its steps is too long to read: `y_lag_year`. */
  readonly name?: string;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
}

/**
 * Averages the values some steps ago, of those that are known.
 *
 * @throws {RangeError} If there is no step, or one is not a positive integer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lagMean } from "@/features/lag_mean.ts";
 *
 * const year = lagMean([357, 364, 371]);
 * expect(year.name).toBe("y_mean_lag357_364_371");
 * expect(year.reach).toBe(357);
 * ```
 */
export function lagMean(
  steps: readonly number[],
  { of = "target", name, helper = false }: LagMeanOptions = {},
): LagMeanFeature {
  const wrong = steps.find((step) => !Number.isInteger(step) || step < 1);
  if (steps.length === 0 || wrong !== undefined) {
    throw new RangeError(
      `Cannot average lags as there must be at least one, and each an integer >= 1: found ${wrong ?? "none"}`,
    );
  }
  return {
    form: "lag_mean",
    name: name ?? `${of === "target" ? "y" : of}_mean_lag${steps.join("_")}`,
    reach: Math.min(...steps),
    reads: [of],
    of,
    steps,
    ...helper && { helper },
  };
}

/**
 * Averages the newest `count` values that fall on the row's own season (weekday).
 *
 * @throws {RangeError} If the lag is not a whole number of seasons.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seasonMean } from "@/features/lag_mean.ts";
 *
 * const eightMondays = seasonMean(8, { lag: 91, season: 7 });
 * expect(eightMondays.name).toBe("sales_season_mean_lag91_every7_count8");
 * ```
 */
export function seasonMean(
  count: number,
  { lag, season, of = "sales", helper = false }: {
    readonly lag: number;
    readonly season: number;
    readonly of?: string;
    readonly helper?: boolean;
  },
): LagMeanFeature {
  if (lag % season !== 0) {
    throw new RangeError(
      `Cannot build a season mean as its lag must be a whole number of seasons of ${season}: found ${lag}`,
    );
  }
  return lagMean(Array.from({ length: count }, (_, k) => lag + k * season), {
    of,
    name: `${of === "target" ? "y" : of}_season_mean_lag${lag}_every${season}_count${count}`,
    helper,
  });
}

/**
 * Computes a mean of lags for every row of a sorted panel: NaN where none of the values is known.
 *
 * @param pos Steps since the series' first row: what lies further back belongs to another series.
 */
export function lagMeans(column: Numbers, pos: Int32Array, steps: readonly number[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(column.length);
  // One pass: as expressions, every lag would be a shifted and a masked copy of the column.
  for (let i = 0; i < result.length; i++) {
    let sum = 0, count = 0;
    for (let k = 0; k < steps.length; k++) {
      if (pos[i]! < steps[k]!) continue;
      const value = column[i - steps[k]!]!;
      if (value === value) sum += value, count++; // NaN is missing, and never equals itself
    }
    result[i] = count > 0 ? sum / count : NaN;
  }
  return result;
}
