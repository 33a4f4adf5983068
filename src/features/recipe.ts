/**
 * The recipe: which features a dataset gets, by rule from its profile.
 *
 * @module
 */
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { ageFeatures } from "@/features/ages.ts";
import { baseFeatures, followsEvents } from "@/features/base.ts";
import { calendarFeatures } from "@/features/calendar.ts";
import { departureFeatures } from "@/features/departures.ts";
import { echoFeatures } from "@/features/echoes.ts";
import { encodingFeatures } from "@/features/encodings.ts";
import { eventFeatures } from "@/features/events.ts";
import { groupIndexFeatures } from "@/features/group_index.ts";
import { keyFeatures, knownFeatures } from "@/features/known.ts";
import { lagFeatures } from "@/features/lags.ts";
import { levelFeatures } from "@/features/levels.ts";
import { openingFeatures } from "@/features/openings.ts";
import { seasonalNaiveFeatures } from "@/features/seasonal_naive.ts";

/**
 * Chooses the features of a dataset for forecasts of `horizon` steps: a new dataset gets them without a line of code.
 *
 * Where sales follow planned events, means of days of the same kind carry the level; elsewhere lags and rolling means
 * do. Observed columns other than y stay out: what they foretell a horizon later is not worth their noise.
 *
 * @throws {RangeError} If the horizon is not a positive integer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { recipe } from "@/features/recipe.ts";
 *
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 42, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static", promo: "known" }, levels: {}, metric: "rmspe", allowsNegative: false, events: ["promo"],
 *   targetTransform: "log1p", encodings: [["store"], ["store", "promo"]], slices: [], unit: "EUR a day",
 * } as const;
 * const names = recipe(profile, { horizon: 42 }).map(({ name }) => name);
 * expect(names).toContain("base");
 * expect(names).toContain("seasonal_naive");
 * ```
 */
export function recipe(
  profile: DatasetProfile,
  { horizon = profile.horizon }: { readonly horizon?: number } = {},
): Feature[] {
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(`Cannot choose features as the horizon must be a positive integer: found ${horizon}`);
  }
  const history = followsEvents(profile)
    ? [
      ...encodingFeatures(profile, horizon),
      ...lagFeatures(profile, horizon),
      ...departureFeatures(profile, horizon),
    ]
    : [...levelFeatures(profile, horizon), ...groupIndexFeatures(profile, horizon)];
  return distinct([
    ...calendarFeatures(profile),
    ...eventFeatures(profile),
    ...openingFeatures(profile),
    ...ageFeatures(profile),
    ...baseFeatures(profile, horizon),
    ...history,
    ...echoFeatures(profile, horizon),
    ...seasonalNaiveFeatures(profile),
    ...knownFeatures(profile),
    ...keyFeatures(),
  ]);
}

/** A name says the whole definition, so the same name twice is the same feature; what is kept wins over a helper. */
function distinct(features: readonly Feature[]): Feature[] {
  const byName = new Map<string, Feature>();
  for (const feature of features) {
    const first = byName.get(feature.name);
    if (first === undefined) byName.set(feature.name, feature);
    else if (first.helper && !feature.helper) byName.set(feature.name, { ...first, helper: false });
  }
  return [...byName.values()];
}
