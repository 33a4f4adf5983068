/**
 * Learning algorithms behind one contract (`core/regressor.ts`), one file each; adding one is a file and a line here.
 *
 * @module
 */
import type { Regressor } from "@/core/regressor.ts";
import { dampedTrend } from "@/models/damped_trend.ts";
import { factorModel } from "@/models/factor_model.ts";
import { groupMedian } from "@/models/group_median.ts";
import { intermittent } from "@/models/intermittent.ts";
import { lightgbm } from "@/models/lightgbm.ts";
import { randomForest } from "@/models/random_forest.ts";
import { seasonalNaive } from "@/models/seasonal_naive.ts";
import { svdGrowth } from "@/models/svd_growth.ts";
import { xgboost } from "@/models/xgboost.ts";

export { blend, type BlendSpace, toSpace } from "@/models/blend.ts";
export * from "@/models/blend_weights.ts";
export * from "@/models/damped_trend.ts";
export * from "@/models/ensemble.ts";
export { explainForecasts, type ExplanationMethod, explanationMethod } from "@/models/explanation.ts";
export * from "@/models/factor_model.ts";
export * from "@/models/group_median.ts";
export * from "@/models/horizon_bands.ts";
export * from "@/models/intermittent.ts";
export type { IntermittentMethod } from "@/models/math/intermittent.ts";
export * from "@/models/lightgbm.ts";
export { type LibraryName, libraryVersion } from "@/models/native/library.ts";
export * from "@/models/onnx/to_onnx.ts";
export * from "@/models/random_forest.ts";
export * from "@/models/relative_target.ts";
export { seedBag, type SeedBagParams } from "@/models/seed_bag.ts";
export * from "@/models/seasonal_naive.ts";
export * from "@/models/svd_growth.ts";
export type { TargetTransform } from "@/models/target_transform.ts";
export * from "@/models/xgboost.ts";

/**
 * Every algorithm by its kind. `ensemble`, `relativeTarget`, `seedBag` and `horizonBands` are not among them: they are
 * made of these.
 */
export const regressors: Readonly<Record<string, Regressor>> = {
  seasonal_naive: seasonalNaive,
  group_median: groupMedian,
  factor_model: factorModel,
  damped_trend: dampedTrend,
  intermittent,
  svd_growth: svdGrowth,
  random_forest: randomForest,
  lightgbm,
  xgboost,
};
