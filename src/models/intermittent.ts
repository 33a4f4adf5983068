import { column } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { intermittentMean, type IntermittentMethod } from "@/models/math/intermittent.ts";
import { seriesGrid } from "@/models/math/series_grid.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "intermittent";

const DEFAULTS: IntermittentParams = { method: "tsb", alpha: 0.1 };

/** Parameters of the model for slow sellers. */
export type IntermittentParams = {
  readonly method: IntermittentMethod;
  /** Share of the newest value in what is smoothed. */
  readonly alpha: number;
};

interface Learnt {
  readonly series: readonly number[];
  readonly means: readonly number[];
  /** What a series that was never seen sells. */
  readonly typical: number;
}

/**
 * Forecasts slow sellers: how much when something sells, times how often that happens; the same for every step ahead.
 *
 * Reads `series` and `t` only, each series by itself; steps without a row are passed over. A series that was never seen
 * gets the mean of the others. Sources: see `intermittentMean`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intermittent } from "@/models/mod.ts";
 *
 * const x = { names: ["series", "t"], rows: 4, data: Float32Array.of(1, 1, 1, 1, 0, 1, 2, 3), categorical: [] };
 * const params = { method: "croston", alpha: 0.1 } as const;
 * using model = await intermittent.fit({ x, y: Float32Array.of(0, 4, 0, 4) }, params, { seed: 1 });
 * expect(model.predict(x)[0]).toBe(2);
 * ```
 */
export const intermittent: Regressor<IntermittentParams> = {
  kind: KIND,
  defaults: DEFAULTS,
  schema: {
    type: "object",
    properties: {
      method: {
        enum: ["croston", "sba", "tsb"],
        description: "Sizes over intervals (croston, or sba without its bias), or times the chance of a sale (tsb)",
        default: DEFAULTS.method,
      },
      alpha: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        description: "Share of the newest value in what is smoothed",
        default: DEFAULTS.alpha,
      },
    },
    required: ["method", "alpha"],
    additionalProperties: false,
  },
  needs: ["series", "t"],
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit({ x, y }, params, { signal }) {
    const valid = validParams(intermittent, params);
    signal?.throwIfAborted();
    const { series, steps, values } = seriesGrid(x, y);
    const means = Array.from(series, (_, at) => intermittentMean(values.subarray(at * steps, (at + 1) * steps), valid));
    const typical = means.reduce((sum, mean) => sum + mean / means.length, 0);
    return intermittentModel({ series: [...series], means, typical });
  },
  // deno-lint-ignore require-await
  async load(files) {
    return intermittentModel(readModel<Learnt>(KIND, files));
  },
};

function intermittentModel(learnt: Learnt): Model {
  const means = new Map(learnt.series.map((code, at) => [code, learnt.means[at]!]));
  return {
    kind: KIND,
    features: ["series"],
    predict: (x) => Float64Array.from(column(x, "series"), (code) => means.get(code) ?? learnt.typical),
    save: () => writeModel(KIND, { ...learnt }),
    [Symbol.dispose]() {},
  };
}
