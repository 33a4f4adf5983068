/**
 * What a feature is about, as people would say it.
 *
 * @module
 */

/** What moves sales, in the words of the trade. */
export type FeatureGroup = "level" | "calendar" | "promotion" | "holiday" | "competition";

/** Every group, in the order in which it is told. */
export const FEATURE_GROUPS: readonly FeatureGroup[] = ["level", "calendar", "promotion", "holiday", "competition"];

/** The first that fits decides: what is left is about the series itself, and what it sold before. */
const RULES: readonly (readonly [RegExp, FeatureGroup])[] = [
  [/^competition_/, "competition"],
  [/easter|^(state|school|is)_holiday|^holiday/, "holiday"],
  [/^departure_mean_by_.*(day|week|month)/, "calendar"],
  [/^(y|sales|base|departure)_|^base$|_to_base$/, "level"],
  [/^promo/, "promotion"],
  [/^(day|days|week|month|year|first_week|open|closure|refurbishment)(_|$)/, "calendar"],
];

/**
 * Names what a feature is about: `level` (the series, and what it sold before), `calendar` (days, weeks, openings),
 * `promotion`, `holiday` or `competition`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { featureGroup } from "@/features/mod.ts";
 *
 * const names = ["y_lag42", "day_of_week", "promo_until", "state_holiday", "competition_distance"];
 * expect(names.map(featureGroup)).toEqual(["level", "calendar", "promotion", "holiday", "competition"]);
 * ```
 */
export function featureGroup(name: string): FeatureGroup {
  return RULES.find(([pattern]) => pattern.test(name))?.[1] ?? "level";
}
