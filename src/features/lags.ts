/**
 * Past values: the latest that a forecast can know, and those of the same season a year ago.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { ExpressionFeature, Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";
import { lagMean } from "@/features/lag_mean.ts";
import { shifted } from "@/features/within_series.ts";

/** What a lag may be told beyond its length. */
export interface LagOptions {
  /** The column that is looked back at; the transformed target by default. */
  readonly of?: string;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
}

/**
 * Takes the value some steps ago.
 *
 * @throws {RangeError} If steps is not a positive integer: the row's own value is what is to be foretold.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lag } from "@/features/lags.ts";
 *
 * expect(lag(7).name).toBe("y_lag7");
 * expect(lag(42, { of: "customers" }).reach).toBe(42);
 * ```
 */
export function lag(steps: number, { of = "target", helper = false }: LagOptions = {}): ExpressionFeature {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`Cannot build lag ${steps} as a lag must be an integer >= 1: current value is ${steps}`);
  }
  return expression(lagName(steps, of), shifted(pl.col(of), steps), { reads: [of], reach: steps, helper });
}

function lagName(steps: number, of = "target"): string {
  return `${of === "target" ? "y" : of}_lag${steps}`;
}

/** Which lags a dataset's features use, in steps. */
export interface LagPlan {
  /** The newest lags that fall on the row's own weekday (or, in weekly data, the newest weeks). */
  readonly near: readonly number[];
  /** Around the same time last year (the year before, if the horizon is longer than that). */
  readonly year: readonly number[];
}

/**
 * Chooses lags by rule: none younger than the horizon, daily ones on the row's own weekday.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lagPlan } from "@/features/lags.ts";
 *
 * const plan = lagPlan({ seasonLength: 7, yearLength: 364 }, 42);
 * expect(plan).toEqual({ near: [42, 49, 56, 70, 84], year: [357, 364, 371] });
 * ```
 */
export function lagPlan(
  { seasonLength, yearLength }: Pick<DatasetProfile, "seasonLength" | "yearLength">,
  horizon: number,
): LagPlan {
  const short = seasonLength < yearLength;
  const season = short ? seasonLength : 1;
  const first = Math.ceil(horizon / season) * season;
  const years = Math.max(1, Math.ceil((horizon + season) / yearLength));
  const year = years * yearLength;
  return {
    near: (short ? [0, 1, 2, 4, 6] : [0, 1, 2]).map((seasons) => first + seasons * season),
    year: [year - season, year, year + season],
  };
}

/**
 * Lists a few lags of a dataset, and means of more: `y_lag_near` over the newest, `y_lag_year` over those around a year
 * ago. All on the transformed scale.
 */
export function lagFeatures(profile: DatasetProfile, horizon: number): Feature[] {
  const { near, year } = lagPlan(profile, horizon);
  const kept = new Set([near[0]!, near[2]!, near.at(-1)!, year[1]!]);
  return [
    ...Array.from(kept, (steps) => lag(steps)),
    lagMean(near, { name: "y_lag_near" }),
    lagMean(year, { name: "y_lag_year" }),
  ];
}
