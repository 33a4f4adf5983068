import { column } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { typicalValue } from "@/models/math/typical_value.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "seasonal_naive";

/** What a seasonal naive model has learnt: what to say when there is no last season. */
interface Learnt {
  readonly typical: number;
}

/**
 * Says "the same as last season": the forecast that every other model has to beat.
 *
 * Repeats the column `seasonal_naive` (units of y); a row without one gets the median of the training target.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seasonalNaive } from "@/models/mod.ts";
 *
 * const x = { names: ["seasonal_naive"], rows: 3, data: Float32Array.of(5, 6, NaN), categorical: [] };
 * using model = await seasonalNaive.fit({ x, y: Float32Array.of(5, 7, 9) }, {}, { seed: 1 });
 * expect([...model.predict(x)]).toEqual([5, 6, 7]);
 * ```
 */
export const seasonalNaive: Regressor<Record<string, never>> = {
  kind: KIND,
  defaults: {},
  schema: { type: "object", properties: {}, additionalProperties: false },
  needs: [KIND],
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit(train, params) {
    validParams(seasonalNaive, params);
    column(train.x, KIND);
    return seasonalNaiveModel({ typical: typicalValue(train.y) });
  },
  // deno-lint-ignore require-await
  async load(files) {
    return seasonalNaiveModel(readModel<Learnt>(KIND, files));
  },
};

function seasonalNaiveModel({ typical }: Learnt): Model {
  return {
    kind: KIND,
    features: [KIND],
    predict: (x) => Float64Array.from(column(x, KIND), (value) => Number.isFinite(value) ? value : typical),
    save: () => writeModel(KIND, { typical }),
    [Symbol.dispose]() {},
  };
}
