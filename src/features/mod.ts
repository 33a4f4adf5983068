/**
 * Features: what can honestly be known about a step of a series before it happens.
 *
 * @module
 */
export { ageFeatures } from "@/features/ages.ts";
export { baseFeatures } from "@/features/base.ts";
export * from "@/features/build.ts";
export { calendarFeatures } from "@/features/calendar.ts";
export * from "@/features/departures.ts";
export { distance } from "@/features/distance.ts";
export * from "@/features/easter.ts";
export * from "@/features/echoes.ts";
export { blocksOf, finestEncoding } from "@/features/encodings.ts";
export { eventFeatures, neighbours } from "@/features/events.ts";
export * from "@/features/expression.ts";
export * from "@/features/feature_group.ts";
export { frozen, type FrozenOptions } from "@/features/frozen.ts";
export * from "@/features/group_index.ts";
export { knownFeatures } from "@/features/known.ts";
export { lagMean, type LagMeanOptions, seasonMean } from "@/features/lag_mean.ts";
export { lag, type LagOptions, type LagPlan, lagPlan } from "@/features/lags.ts";
export * from "@/features/leak_prover.ts";
export * from "@/features/levels.ts";
export * from "@/features/matrix.ts";
export * from "@/features/openings.ts";
export {
  hasAsks,
  joinPools,
  type PoolRows,
  type Pools,
  type PoolTable,
  readPools,
  withAnswers,
} from "@/features/pools.ts";
export { pooled, type PooledOptions } from "@/features/pooled.ts";
export * from "@/features/prepare.ts";
export { youngest } from "@/features/reach.ts";
export * from "@/features/recipe.ts";
export * from "@/features/relative.ts";
export * from "@/features/replan.ts";
export * from "@/features/rolling.ts";
export * from "@/features/scalers.ts";
export * from "@/features/seasonal_naive.ts";
