/**
 * Gradient-boosted trees by LightGBM: the workhorse of retail forecasting.
 *
 * @module
 */
import type { FromSchema } from "json-schema-to-ts";
import type { Matrix } from "@/core/matrix.ts";
import type { Regressor } from "@/core/regressor.ts";
import { boostedRegressor } from "@/models/native/boosted.ts";
import { monotoneList } from "@/models/native/learnable.ts";
import { loadLightGBM } from "@/models/native/lightgbm/booster.ts";
import { nativeSeed } from "@/models/native/native_seed.ts";
import { weighedByRelativeError } from "@/models/native/relative_weights.ts";

/** LightGBM's parameters as JSON Schema: kind, bounds, default and meaning of each. The params file and tuning read it. */
export const lightgbmSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    objective: {
      description: "What the trees minimize: squared (l2), absolute (l1) or squared relative (rmspe) error, …",
      enum: ["l2", "l1", "huber", "quantile", "poisson", "tweedie", "rmspe"],
      default: "l2",
    },
    alpha: {
      description: "The quantile that objective quantile aims at; for huber, the error from which it counts linearly",
      type: "number",
      exclusiveMinimum: 0,
      default: 0.9,
    },
    tweedie_variance_power: {
      description: "For objective tweedie: towards 1 like counts, towards 2 like amounts",
      type: "number",
      minimum: 1,
      exclusiveMaximum: 2,
      default: 1.5,
    },
    rounds: { description: "Trees to grow", type: "integer", minimum: 1, maximum: 100_000, default: 500 },
    learning_rate: {
      description: "How much each tree corrects",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.07,
    },
    num_leaves: {
      description: "Leaves of a tree, at most",
      type: "integer",
      minimum: 2,
      maximum: 131_072,
      default: 31,
    },
    max_depth: {
      description: "Depth of a tree, at most; -1 for no limit",
      type: "integer",
      minimum: -1,
      maximum: 1000,
      default: -1,
    },
    min_data_in_leaf: { description: "Rows in a leaf, at least", type: "integer", minimum: 0, default: 20 },
    feature_fraction: {
      description: "Share of the features that each tree may use",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.6,
    },
    bagging_fraction: {
      description: "Share of the rows that trees are grown on",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
    },
    bagging_freq: {
      description: "Rounds after which these rows are drawn anew; 0 uses all rows",
      type: "integer",
      minimum: 0,
      default: 1,
    },
    lambda_l1: { description: "L1 penalty on leaf values", type: "number", minimum: 0, default: 0 },
    lambda_l2: { description: "L2 penalty on leaf values", type: "number", minimum: 0, default: 1 },
    cat_smooth: {
      description: "How strongly rare categories are drawn to the average",
      type: "number",
      minimum: 0,
      default: 10,
    },
    max_bin: {
      description: "Values that a feature is rounded to, at most",
      type: "integer",
      minimum: 2,
      maximum: 65_535,
      default: 255,
    },
    linear_tree: {
      description: "Leaves hold a linear model instead of a constant (not with objective l1)",
      type: "boolean",
      default: false,
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
    machines: {
      description: "Machines that train together, `address:port` each, in the same order everywhere: data-parallel, " +
        "each on rows of its own",
      type: "array",
      items: { type: "string", pattern: "^[^:,\\s]+:[0-9]+$" },
      default: [],
    },
    listen_port: {
      description: "The port in `machines` that is this machine's",
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: 0,
    },
    peer_timeout: {
      description: "Seconds without a round after which another machine is taken for lost",
      type: "integer",
      minimum: 1,
      default: 120,
    },
  },
  // What LightGBM would discover itself, but in words of its own and only after the data is binned.
  allOf: [
    {
      if: { properties: { objective: { const: "quantile" } } },
      then: { properties: { alpha: { exclusiveMaximum: 1 } } },
    },
    {
      if: { properties: { linear_tree: { const: true } } },
      then: { properties: { objective: { not: { const: "l1" } } } },
    },
    {
      // Each machine sees its own rows' metric: they would stop at different rounds, and wait for one another.
      if: { properties: { machines: { minItems: 2 } }, required: ["machines"] },
      then: { properties: { early_stopping_rounds: { const: 0 } } },
    },
  ],
} as const;

/** The parameters of LightGBM, by its own names; see the schema's descriptions. */
export type LightGBMParams = FromSchema<typeof lightgbmSchema>;

/**
 * Gradient-boosted trees by LightGBM: hundreds of small trees, each of which corrects the ones before.
 *
 * Takes missing values and categorical columns as they are. Same seed, data, parameters: same bytes. With a validation
 * sample and `early_stopping_rounds`, keeps the rounds up to the best. `contributions` are on the scale of the raw score
 * (its logarithm for poisson and tweedie).
 *
 * `fit` rejects with a ParamsError for parameters it does not know, a RangeError for targets that are not finite (it
 * names the row), a NativeLibraryError without the library, and the signal's reason when that aborts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lightgbm } from "@/models/lightgbm.ts";
 *
 * const promo = Float32Array.from({ length: 200 }, (_, day) => day % 2);
 * const sales = promo.map((on) => 100 + 20 * on);
 * const x = { names: ["promo"], rows: 200, data: promo, categorical: [] };
 * using model = await lightgbm.fit({ x, y: sales }, { ...lightgbm.defaults, rounds: 100 }, { seed: 1 });
 * const [quiet, promoted] = model.predict(x);
 * expect(promoted! - quiet!).toBeCloseTo(20, 0);
 * ```
 */
export const lightgbm: Regressor<LightGBMParams> = boostedRegressor<LightGBMParams>({
  kind: "lightgbm",
  file: "model.txt",
  schema: lightgbmSchema,
  weigh: ({ objective }, sample) => objective === "rmspe" ? weighedByRelativeError(sample) : sample,
  parameters: nativeParameters,
  lowestTarget: ({ objective }) => objective === "poisson" || objective === "tweedie" ? 0 : -Infinity,
  peers: ({ machines, listen_port: port, peer_timeout: timeout }) =>
    machines.length > 1 ? { machines: [...machines], port, timeout } : undefined,
  transient: ["machines", "listen_port", "peer_timeout"],
  open: (bytes, features, { threads, linear_tree }) =>
    loadLightGBM(bytes, { features: features.length, threads, linear: linear_tree }),
});

function nativeParameters(params: LightGBMParams, x: Matrix, seed: number): Record<string, string> {
  const { rounds, early_stopping_rounds: _, threads, monotone, machines, ...rest } = params;
  const { listen_port: _port, peer_timeout: _timeout, ...own } = rest;
  const categorical = x.categorical.map((name) => x.names.indexOf(name));
  return {
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)])),
    // Its weights make squared errors relative ones.
    ...(params.objective === "rmspe" && { objective: "l2" }),
    num_iterations: String(rounds),
    num_threads: String(threads),
    seed: nativeSeed(seed),
    // Sums in a fixed order, by columns: what makes two trainings equal to the last bit.
    deterministic: "true",
    force_col_wise: "true",
    verbosity: "-1",
    ...(machines.length > 1 && {
      tree_learner: "data",
      pre_partition: "true",
      num_machines: String(machines.length),
    }),
    // A draw of no rows at all would be refused.
    ...(x.rows * params.bagging_fraction < 1 && { bagging_freq: "0" }),
    ...(Object.keys(monotone).length > 0 && { monotone_constraints: monotoneList("lightgbm", monotone, x) }),
    ...(categorical.length > 0 && { categorical_feature: categorical.join(",") }),
  };
}
