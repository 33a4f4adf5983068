/**
 * Levels of a series that sells all year: its newest weeks, its seasons, the same season a year ago.
 *
 * @module
 */
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { seasonMean } from "@/features/lag_mean.ts";
import { lag, lagPlan } from "@/features/lags.ts";
import { toBase } from "@/features/relative.ts";
import { rolling } from "@/features/rolling.ts";

/**
 * Lists lags and rolling statistics, each related to the base.
 *
 * Windows by rule: a month, a quarter, a year (and, in daily data, a week) that end a horizon ago; the quarter a year
 * ago; the year that ended a year before the base's; in daily data the newest eight of the same weekday.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { levelFeatures } from "@/features/levels.ts";
 *
 * const profile = { seasonLength: 52, yearLength: 52, targetTransform: "identity" } as const;
 * const names = levelFeatures(profile, 13).filter(({ helper }) => !helper).map(({ name }) => name);
 * expect(names).toContain("y_lag52_to_base");
 * expect(names).toContain("sales_rolling_mean_lag13_window4_to_base");
 * ```
 */
export function levelFeatures(
  profile: Pick<DatasetProfile, "seasonLength" | "yearLength" | "targetTransform">,
  horizon: number,
): Feature[] {
  const { seasonLength, yearLength } = profile;
  const daily = seasonLength < yearLength;
  const { near, year } = lagPlan(profile, horizon);
  const twice = year[1]! + yearLength;
  const lags = [...near.slice(0, daily ? 2 : 3), ...year, ...daily ? [half(near[0]!, profile), twice] : []]
    .filter((steps, at, all) => all.indexOf(steps) === at)
    .map((steps) => lag(steps, { helper: true }));
  const quarter = yearLength / 4, month = yearLength / 13;
  const windows = [...daily ? [seasonLength] : [], month, quarter].map(Math.round);
  const units = [
    ...windows.map((window) => rolling(window, { lag: horizon, helper: true })),
    rolling(Math.round(quarter), { lag: year[1]!, helper: true }),
    rolling(yearLength, { lag: horizon + yearLength, helper: true }),
    rolling(Math.round(yearLength / (daily ? 4 : 2)), { lag: horizon, statistic: "std", helper: true }),
    ...daily ? [seasonMean(8, { lag: near[0]!, season: seasonLength, helper: true })] : [],
  ];
  return [
    ...lags.flatMap((level) => [level, toBase(level, profile)]),
    ...units.flatMap((level) => [level, toBase(level, profile, { units: true })]),
  ];
}

/** The lag of whole seasons that is nearest to half a year; the newest one where the horizon is longer than that. */
function half(
  first: number,
  { seasonLength, yearLength }: Pick<DatasetProfile, "seasonLength" | "yearLength">,
): number {
  return Math.max(first, Math.round(yearLength / 2 / seasonLength) * seasonLength);
}
