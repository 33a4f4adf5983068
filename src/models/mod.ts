/**
 * Learning algorithms behind one contract (`core/regressor.ts`), one file each; adding one is a file and a line here.
 *
 * @module
 */
import type { Regressor } from "@/core/regressor.ts";
import { factorModel } from "@/models/factor_model.ts";
import { groupMedian } from "@/models/group_median.ts";
import { seasonalNaive } from "@/models/seasonal_naive.ts";
import { svdGrowth } from "@/models/svd_growth.ts";

export * from "@/models/factor_model.ts";
export * from "@/models/group_median.ts";
export * from "@/models/seasonal_naive.ts";
export * from "@/models/svd_growth.ts";

/** Every algorithm by its kind. */
export const regressors: Readonly<Record<string, Regressor>> = {
  seasonal_naive: seasonalNaive,
  group_median: groupMedian,
  factor_model: factorModel,
  svd_growth: svdGrowth,
};
