/**
 * What planners change: laid over the statistical forecast where it is asked for, and held against what was sold later.
 *
 * @module
 */
import type { Actual, Override } from "@/serving/stores/forecast_store.ts";

/** An override, as the API tells it. */
export interface ToldOverride {
  readonly unique_id: string;
  readonly ds: string;
  readonly revision: number;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly withdrawn: boolean;
  readonly reason: string;
  readonly by: string;
  readonly made_at: string;
  readonly statistical: number;
  readonly model: string;
}

/** Tells an override. */
export function toldOverride(
  { uniqueId, ds, revision, value, lo, hi, withdrawn, reason, by, madeAt, statistical, model }: Override,
): ToldOverride {
  return {
    unique_id: uniqueId,
    ds,
    revision,
    value,
    lo,
    hi,
    withdrawn,
    reason,
    by,
    made_at: madeAt,
    statistical,
    model,
  };
}

/**
 * The forecast that a planner wants: the number that was given, or else the statistical one moved into the band.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { overridden } from "@/serving/overrides.ts";
 *
 * const band = { value: null, lo: 120, hi: 150, withdrawn: false };
 * expect([overridden(100, band), overridden(130, band)]).toEqual([120, 130]);
 * expect(overridden(100, { ...band, withdrawn: true })).toBe(100);
 * ```
 */
export function overridden(
  forecast: number,
  { value, lo, hi, withdrawn }: Pick<Override, "value" | "lo" | "hi" | "withdrawn">,
): number {
  if (withdrawn) return forecast;
  return value ?? Math.min(Math.max(forecast, lo ?? -Infinity), hi ?? Infinity);
}

/** What an override was worth, now that its date is known. */
export interface ScoredOverride {
  readonly override: Override;
  readonly planned: number;
  readonly sold: number;
  /** Sizes of the errors of the statistical forecast and of the planner's. */
  readonly statisticalError: number;
  readonly plannedError: number;
}

/** What overrides were worth together: forecast value added. */
export interface OverrideValue {
  /** Overrides that count: the newest of each date, those that were withdrawn left out. */
  readonly overrides: number;
  readonly better: number;
  readonly worse: number;
  /** The share by which planners made errors smaller; null while nothing is known. */
  readonly added: number | null;
  readonly scored: readonly ScoredOverride[];
}

/**
 * Holds overrides against what was sold: how much smaller (or larger) than the statistical forecast's are their errors?
 *
 * @param overrides The newest of each series and date.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { overrideValue } from "@/serving/overrides.ts";
 *
 * const override = {
 *   uniqueId: "1", ds: "2015-08-01", revision: 1, value: 120, lo: null, hi: null, withdrawn: false, reason: "party",
 *   by: "carla", madeAt: "2015-07-30T00:00:00Z", statistical: 100, model: "shop/1", requestId: "a",
 * };
 * const actual = { uniqueId: "1", ds: "2015-08-01", y: 125, receivedAt: "2015-08-02T00:00:00Z" };
 * expect(overrideValue([override], [actual]).added).toBe(0.8);
 * ```
 */
export function overrideValue(overrides: readonly Override[], actuals: readonly Actual[]): OverrideValue {
  const sold = new Map(actuals.map(({ uniqueId, ds, y }) => [`${uniqueId}\n${ds}`, y]));
  const standing = overrides.filter(({ withdrawn }) => !withdrawn);
  const scored = standing.flatMap((override): ScoredOverride[] => {
    const y = sold.get(`${override.uniqueId}\n${override.ds}`);
    if (y === undefined) return [];
    const planned = overridden(override.statistical, override);
    return [{
      override,
      planned,
      sold: y,
      statisticalError: Math.abs(override.statistical - y),
      plannedError: Math.abs(planned - y),
    }];
  });
  const sum = (of: (one: ScoredOverride) => number) => scored.reduce((sum, one) => sum + of(one), 0);
  const before = sum(({ statisticalError }) => statisticalError), after = sum(({ plannedError }) => plannedError);
  return {
    overrides: standing.length,
    better: scored.filter(({ statisticalError, plannedError }) => plannedError < statisticalError).length,
    worse: scored.filter(({ statisticalError, plannedError }) => plannedError > statisticalError).length,
    added: scored.length === 0 ? null : before > 0 ? 1 - after / before : after > 0 ? -1 : 0,
    scored,
  };
}
