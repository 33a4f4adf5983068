/**
 * Seasons and trends of whole departments and whole stores: one series is noisy, all of a kind together are not.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";
import { lagPlan } from "@/features/lags.ts";
import { pooled } from "@/features/pooled.ts";
import { ratio } from "@/features/relative.ts";

/**
 * Lists, for every key of a dataset with several, the season (the group's sales a year ago over its mean of the year
 * that ended then) and the trend (its last quarter over its last year).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { groupIndexFeatures } from "@/features/group_index.ts";
 *
 * const profile = { keys: ["store", "dept"], seasonLength: 52, yearLength: 52 };
 * const names = groupIndexFeatures(profile, 13).filter(({ helper }) => !helper).map(({ name }) => name);
 * expect(names).toEqual(["store_season_lag52", "store_trend_lag13", "dept_season_lag52", "dept_trend_lag13"]);
 * ```
 */
export function groupIndexFeatures(
  profile: Pick<DatasetProfile, "keys" | "seasonLength" | "yearLength">,
  horizon: number,
): Feature[] {
  const { keys, yearLength } = profile;
  if (keys.length < 2) return [];
  const year = lagPlan(profile, horizon).year[1]!;
  return keys.flatMap((key) => {
    const then = pooled([key], { lag: year, helper: true });
    const yearThen = pooled([key], { lag: year, window: yearLength, helper: true });
    const quarter = pooled([key], { lag: horizon, window: Math.round(yearLength / 4), helper: true });
    const yearNow = pooled([key], { lag: horizon, window: yearLength, helper: true });
    return [
      then,
      yearThen,
      quarter,
      yearNow,
      expression(`${key}_season_lag${year}`, ratio(pl.col(then.name), pl.col(yearThen.name)), {
        reads: [then.name, yearThen.name],
        reach: year,
      }),
      expression(`${key}_trend_lag${horizon}`, ratio(pl.col(quarter.name), pl.col(yearNow.name)), {
        reads: [quarter.name, yearNow.name],
        reach: horizon,
      }),
    ];
  });
}
