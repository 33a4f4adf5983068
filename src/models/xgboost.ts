/**
 * Gradient-boosted trees by XGBoost: LightGBM's elder sister, and a second opinion.
 *
 * @module
 */
import type { FromSchema } from "json-schema-to-ts";
import type { Matrix } from "@/core/matrix.ts";
import type { Regressor } from "@/core/regressor.ts";
import { boostedRegressor } from "@/models/native/boosted.ts";
import { monotoneList } from "@/models/native/learnable.ts";
import { nativeSeed } from "@/models/native/native_seed.ts";
import { weighedByRelativeError } from "@/models/native/relative_weights.ts";
import { loadXGBoost } from "@/models/native/xgboost/booster.ts";

/** XGBoost's parameters as JSON Schema: kind, bounds, default and meaning of each. The params file and tuning read it. */
export const xgboostSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    objective: {
      description: "What the trees minimize: squared or absolute error, a mix, a quantile, squared relative error, …",
      enum: [
        "reg:squarederror",
        "rmspe",
        "reg:absoluteerror",
        "reg:pseudohubererror",
        "reg:quantileerror",
        "count:poisson",
        "reg:tweedie",
      ],
      default: "reg:squarederror",
    },
    quantile_alpha: {
      description: "The quantile that objective reg:quantileerror aims at",
      type: "number",
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.5,
    },
    tweedie_variance_power: {
      description: "For objective reg:tweedie: towards 1 like counts, towards 2 like amounts",
      type: "number",
      exclusiveMinimum: 1,
      exclusiveMaximum: 2,
      default: 1.5,
    },
    rounds: { description: "Trees to grow", type: "integer", minimum: 1, maximum: 100_000, default: 400 },
    eta: { description: "How much each tree corrects", type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.07 },
    max_depth: { description: "Depth of a tree, at most", type: "integer", minimum: 1, maximum: 20, default: 8 },
    min_child_weight: {
      description: "Weight (for squared error: rows) in a leaf, at least",
      type: "number",
      minimum: 0,
      default: 10,
    },
    subsample: {
      description: "Share of the rows that each tree is grown on",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
    },
    colsample_bytree: {
      description: "Share of the features that each tree may use",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.6,
    },
    lambda: { description: "L2 penalty on leaf values", type: "number", minimum: 0, default: 1 },
    alpha: { description: "L1 penalty on leaf values", type: "number", minimum: 0, default: 0 },
    gamma: { description: "Gain that a split needs, at least", type: "number", minimum: 0, default: 0 },
    max_bin: {
      description: "Values that a feature is rounded to, at most",
      type: "integer",
      minimum: 2,
      maximum: 65_535,
      default: 256,
    },
    monotone: {
      description: "Feature → 1 if the prediction must not fall as it grows, -1 if it must not rise",
      type: "object",
      additionalProperties: { type: "integer", enum: [-1, 0, 1] },
      default: {},
    },
    early_stopping_rounds: {
      description: "Stop after so many rounds without a better validation metric and keep the best; 0 for never",
      type: "integer",
      minimum: 0,
      default: 0,
    },
    threads: {
      description: "Processor threads. Models are identical byte for byte only for the same number",
      type: "integer",
      minimum: 1,
      maximum: 1024,
      default: 2,
    },
  },
} as const;

/** The parameters of XGBoost, by its own names; see the schema's descriptions. */
export type XGBoostParams = FromSchema<typeof xgboostSchema>;

/**
 * Gradient-boosted trees by XGBoost, on histograms: like LightGBM, but it grows its trees level by level.
 *
 * Takes missing values as they are, and the codes of categorical columns as plain numbers. Same seed, data, parameters:
 * same bytes. With a validation sample and `early_stopping_rounds`, keeps the rounds up to the best. Predictions are
 * 32-bit inside. `contributions` are on the scale of the raw score (its logarithm for poisson and tweedie).
 *
 * `fit` rejects as LightGBM's does; infinite values in x are refused too.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { xgboost } from "@/models/xgboost.ts";
 *
 * const promo = Float32Array.from({ length: 200 }, (_, day) => day % 2);
 * const sales = promo.map((on) => 100 + 20 * on);
 * const x = { names: ["promo"], rows: 200, data: promo, categorical: [] };
 * using model = await xgboost.fit({ x, y: sales }, { ...xgboost.defaults, rounds: 100 }, { seed: 1 });
 * const [quiet, promoted] = model.predict(x);
 * expect(promoted! - quiet!).toBeCloseTo(20, 0);
 * ```
 */
export const xgboost: Regressor<XGBoostParams> = boostedRegressor<XGBoostParams>({
  kind: "xgboost",
  file: "model.ubj",
  schema: xgboostSchema,
  weigh: ({ objective }, sample) => objective === "rmspe" ? weighedByRelativeError(sample) : sample,
  parameters: nativeParameters,
  lowestTarget: (params) => isLinked(params) ? 0 : -Infinity,
  open: (bytes, features, own) => loadXGBoost(bytes, { features, threads: own.threads, linked: isLinked(own) }),
});

/** Whether trees add up to the logarithm of a prediction. */
function isLinked({ objective }: XGBoostParams): boolean {
  return objective === "count:poisson" || objective === "reg:tweedie";
}

function nativeParameters(params: XGBoostParams, x: Matrix, seed: number): Record<string, string> {
  const { rounds: _, early_stopping_rounds: __, threads, monotone, ...own } = params;
  return {
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)])),
    // Its weights make squared errors relative ones.
    ...(params.objective === "rmspe" && { objective: "reg:squarederror" }),
    tree_method: "hist",
    nthread: String(threads),
    seed: nativeSeed(seed),
    verbosity: "0",
    ...(Object.keys(monotone).length > 0 && { monotone_constraints: `(${monotoneList("xgboost", monotone, x)})` }),
  };
}
