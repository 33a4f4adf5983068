/**
 * The schema of features: what each may hold follows from its definition.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Finding } from "@/core/check.ts";
import type { DatasetProfile } from "@/core/panel.ts";

/** The smallest and the largest value that a feature may hold. */
export type Bounds = readonly [min: number, max: number];

/** Units of y beyond anything that a series sells in a step. */
const MOST_SOLD = 1e9;
/** The same on the scale of log1p, and of differences on it. */
const MOST_LOG = 30;

/** What calendars can say. */
const CALENDAR: readonly (readonly [RegExp, Bounds])[] = [
  [/^day_of_week$/, [1, 7]],
  [/^day_of_month$/, [1, 31]],
  [/^day_of_year$/, [1, 366]],
  [/^week_of_year$/, [1, 53]],
  [/^month$/, [1, 12]],
  [/^year$/, [1900, 2200]],
];

/**
 * Tells what a feature may hold: codes and flags their own values, distances at most their cap, statistics of the target
 * what can be sold.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { featureBounds } from "@/checks/mod.ts";
 * import { distance, lag } from "@/features/mod.ts";
 *
 * const profile = { roles: { promo: "known" }, levels: {}, events: ["promo"], targetTransform: "log1p" } as const;
 * expect(featureBounds(lag(7), profile)).toEqual([-30, 30]);
 * expect(featureBounds(distance("promo", "since", { cap: 14 }), profile)).toEqual([0, 15]);
 * ```
 */
export function featureBounds(
  feature: Feature,
  { roles, levels, events, targetTransform }: Pick<DatasetProfile, "roles" | "levels" | "events" | "targetTransform">,
): Bounds {
  const { name } = feature, own = levels[name];
  if (own !== undefined) return [-1, own.length];
  const calendar = CALENDAR.find(([pattern]) => pattern.test(name));
  if (calendar !== undefined) return calendar[1];
  if (events.includes(name)) return [0, 1000];
  if (feature.form === "distance") return [0, feature.cap + 1];
  if (roles[name] !== undefined) return [-MOST_SOLD, MOST_SOLD];
  const ofTarget = /^(y|base|departure|sales)_|^base$/.test(name) && targetTransform === "log1p";
  return ofTarget ? [-MOST_LOG, MOST_LOG] : [-MOST_SOLD, MOST_SOLD];
}

/**
 * Holds every feature of a table to its schema: one finding per feature, critical, infinite values among what breaks it.
 * Missing values are NaN, and no mistake.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { featureSchema } from "@/checks/mod.ts";
 * import { lag } from "@/features/mod.ts";
 *
 * const profile = {
 *   name: "shop",
 *   frequency: "1d",
 *   horizon: 1,
 *   seasonLength: 7,
 *   yearLength: 364,
 *   keys: ["store"],
 *   roles: { store: "static" },
 *   levels: {},
 *   metric: "smape",
 *   allowsNegative: false,
 *   events: [],
 *   targetTransform: "log1p",
 *   encodings: [],
 *   slices: [],
 *   unit: "units a day",
 * } as const;
 * const table = (value: number) => ({
 *   frame: pl.DataFrame({ y_lag7: [2, value] }),
 *   features: [lag(7)],
 *   profile,
 *   horizon: 1,
 *   origin: "2015-05-09",
 * });
 * expect(featureSchema(table(3))[0]!.passed).toBe(true);
 * expect(featureSchema(table(900))[0]!.passed).toBe(false);
 * ```
 */
export function featureSchema({ frame, features, profile }: FeatureTable): Finding[] {
  // Polars looks past NaN, so that no column is copied; one that has nothing else comes to NaN.
  const ends = (end: "min" | "max") =>
    (frame.select(...features.map(({ name }) => pl.col(name)[end]().cast(pl.Float64))).row(0) as (number | null)[])
      .map((value) => Number.isNaN(value) ? null : value);
  const least = ends("min"), most = ends("max");
  return features.map((feature, k): Finding => {
    const [min, max] = featureBounds(feature, profile), low = least[k] ?? min, high = most[k] ?? max;
    return {
      check: "feature_schema",
      table: "features",
      column: feature.name,
      passed: low >= min && high <= max,
      severity: "critical",
      observed: `${low} to ${high}`,
      wanted: `between ${min} and ${max}`,
    };
  });
}
