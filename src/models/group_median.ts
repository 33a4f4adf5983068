import { column } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { typicalValue } from "@/models/math/typical_value.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { inUnits, TARGET_TRANSFORM_SCHEMA, type TargetTransform } from "@/models/target_transform.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "group_median";

/** Parameters of the group-median baseline. */
export type GroupMedianParams = {
  /** The scale of the column `base`. */
  readonly transform: TargetTransform;
};

interface Learnt {
  readonly transform: TargetTransform;
  readonly typical: number;
}

/**
 * Says what rows like this one usually sold: the median of the store on that weekday, with or without a promotion.
 *
 * Which rows are alike, and how far back they reach, is decided by the features: this model turns their column `base` back
 * into units of y. A row without a base gets the median of the training target.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { groupMedian } from "@/models/mod.ts";
 *
 * const x = { names: ["base"], rows: 2, data: Float32Array.of(Math.log1p(9), NaN), categorical: [] };
 * using model = await groupMedian.fit({ x, y: Float32Array.of(8, 4) }, { transform: "log1p" }, { seed: 1 });
 * expect([...model.predict(x)].map(Math.round)).toEqual([9, 4]);
 * ```
 */
export const groupMedian: Regressor<GroupMedianParams> = {
  kind: KIND,
  defaults: { transform: "log1p" },
  schema: {
    type: "object",
    properties: { transform: { ...TARGET_TRANSFORM_SCHEMA, default: "log1p" } },
    required: ["transform"],
    additionalProperties: false,
  },
  needs: ["base"],
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit(train, params) {
    const { transform } = validParams(groupMedian, params);
    column(train.x, "base");
    return groupMedianModel({ transform, typical: typicalValue(train.y) });
  },
  // deno-lint-ignore require-await
  async load(files) {
    return groupMedianModel(readModel<Learnt>(KIND, files));
  },
};

function groupMedianModel({ transform, typical }: Learnt): Model {
  return {
    kind: KIND,
    features: ["base"],
    predict: (x) =>
      Float64Array.from(column(x, "base"), (base) => Number.isFinite(base) ? inUnits(base, transform) : typical),
    save: () => writeModel(KIND, { transform, typical }),
    [Symbol.dispose]() {},
  };
}
