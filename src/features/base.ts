/**
 * The base: the level to expect, told at the origin without any model. Learners foretell the departure from it.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature, Reach } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { isAgePart } from "@/features/ages.ts";
import { blocksOf, finestEncoding } from "@/features/encodings.ts";
import { expression } from "@/features/expression.ts";
import { frozen } from "@/features/frozen.ts";
import { pooled } from "@/features/pooled.ts";
import { youngest } from "@/features/reach.ts";
import { rolling } from "@/features/rolling.ts";

/**
 * Lists the steps to `base`, the expected level on the transformed scale, which is missing only where nothing at all
 * is known yet.
 *
 * Where sales follow promotions (the finest encoding holds an event), it is the median of the last year's days of the
 * same kind; elsewhere the mean of the last year. A series without a past takes the median of what the series with its
 * last key have at that step (the same department in other stores), then its other keys and groups, then all.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { baseFeatures } from "@/features/base.ts";
 *
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 42, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static", promo: "known" }, levels: {}, metric: "rmspe", allowsNegative: false, events: ["promo"],
 *   targetTransform: "log1p", encodings: [["store"], ["store", "promo"]], slices: [], unit: "EUR a day",
 * } as const;
 * const features = baseFeatures(profile, 42);
 * expect(features[0]?.name).toBe("y_median_by_store_promo_blocks9");
 * expect(features.at(-1)?.name).toBe("base");
 * ```
 */
export function baseFeatures(profile: DatasetProfile, horizon: number): Feature[] {
  const { parts, own, reach } = followsEvents(profile) ? medianLevel(profile, horizon) : meanLevel(profile, horizon);
  const features: Feature[] = [...parts, expression("base_own", own, { ...readsOf(parts), reach, helper: true })];
  let last = "base_own";
  for (const by of fallbackGroups(profile)) {
    const name = by.length > 0 ? `base_else_by_${by.join("_")}` : "base_else_overall";
    features.push(
      pooled(by, { of: "base_own", ofReach: reach, statistic: "median", fills: last, name, helper: true }),
    );
    last = name;
  }
  features.push(expression("base", pl.col(last), { reads: [last], reach }));
  return features;
}

/** Whether the level must be told apart by planned events, so that a plain mean would mix promotion days with others. */
export function followsEvents(profile: DatasetProfile): boolean {
  return finestEncoding(profile).some((name) => profile.events.includes(name));
}

interface Level {
  readonly parts: readonly Feature[];
  readonly own: Expr;
  readonly reach: Reach;
}

function medianLevel(profile: DatasetProfile, horizon: number): Level {
  const finest = finestEncoding(profile), year = blocksOf(1.04, profile, horizon);
  const parts = [
    frozen(finest, { statistic: "median", blocks: year, helper: true }),
    frozen(finest, { helper: true }),
    frozen(profile.keys, { blocks: year, helper: true }),
    frozen(profile.keys, { helper: true }),
  ];
  return { parts, own: firstOf(parts), reach: "origin" };
}

function meanLevel(profile: DatasetProfile, horizon: number): Level {
  const { keys, yearLength } = profile;
  const windows = [1, 1 / 4, 1 / 13].map((share) => Math.max(1, Math.round(yearLength * share)));
  const means = windows.map((window) => rolling(window, { lag: horizon, helper: true }));
  // A series that began less than a horizon before the origin: whatever is known of it at the origin.
  const rest = frozen(keys, { of: "sales", helper: true });
  const units = firstOf([...means, rest]);
  return {
    parts: [...means, rest],
    own: profile.targetTransform === "log1p" ? units.log1p() : units,
    reach: youngest(...means.map(({ reach }) => reach), "origin"),
  };
}

function firstOf(features: readonly Feature[]): Expr {
  // Kernels write NaN where a value is missing.
  const [first, ...rest] = features.map(({ name }) => pl.col(name).fillNan(pl.lit(null)));
  return rest.reduce((value, next) => value.fillNull(next), first!);
}

function readsOf(parts: readonly Feature[]): { reads: string[] } {
  return { reads: parts.map(({ name }) => name) };
}

/** Groups to borrow a level from, nearest first. */
function fallbackGroups({ keys, roles, levels }: DatasetProfile): string[][] {
  const others = keys.length > 1 ? [...keys].reverse().map((key) => [key]) : [];
  const kinds = Object.keys(levels).filter((name) => roles[name] === "static" && !isAgePart(name));
  return [...others, ...kinds.map((name) => [name]), []];
}
