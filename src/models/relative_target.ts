import { column, type Floats, type Matrix, type Sample, sharedFloats } from "@/core/matrix.ts";
import type { ForecastScale, Model, Regressor } from "@/core/regressor.ts";
import { BIAS, explained, onScale, rescaled } from "@/models/explanation.ts";
import { typicalValue } from "@/models/math/typical_value.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { submatrix } from "@/models/submatrix.ts";
import { inUnits, TARGET_TRANSFORM_SCHEMA, type TargetTransform } from "@/models/target_transform.ts";
import { validParams } from "@/models/valid_params.ts";

const FILE = "relative_target.json";
/** Trees that add up may forecast a ratio below zero, which has no logarithm. */
export const LEAST_RATIO = 1e-3;

/** Parameters that come on top of the wrapped learner's own. */
export type RelativeTargetParams = {
  /** How the column `base` tells sales: `log1p` (learn the log ratio to it) or `identity` (learn the plain ratio). */
  readonly transform: TargetTransform;
  /**
   * On the scale `log1p`: whether the learner fits the logarithm of the ratio to the base, or the ratio itself, in which
   * relative errors are plain ones (with objective rmspe: exactly the metric of that name).
   */
  readonly learn: "log" | "ratio";
  /** The smallest and largest relative target to learn from; null for no limit. */
  readonly clip: readonly [number, number] | null;
  /** Columns that the learner does not see. */
  readonly exclude: readonly string[];
};

interface Learnt {
  readonly transform: TargetTransform;
  /** Models from before there was a choice learnt logarithms. */
  readonly learn?: RelativeTargetParams["learn"];
  /** What is forecast where there is no base, on the base's scale. */
  readonly fallback: number;
}

/**
 * Lets a learner explain how a row differs from its expected level, rather than the level itself: a small shop and a large
 * one then look alike, and trees need not learn the size of every shop.
 *
 * The learner fits z = log1p(y) − base (`log1p`; with `learn: "ratio"` the exponential of that), or z = y / base with the
 * weight times base (`identity`), from the column `base`; forecasts are back in units of y, and never below zero on the log scale. Training rows without a base (for
 * `identity`, one above 1) are left out; such rows are forecast as their base, or where there is none as the usual base of
 * training (`log1p`) or 0 (`identity`). The result keeps the learner's kind, parameters, importance and contributions;
 * contributions explain z, `explain` the forecast: there the base has a contribution of its own.
 *
 * @param inner The learner.
 * @param options Defaults of the parameters that are added to the learner's.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { factorModel, relativeTarget } from "@/models/mod.ts";
 *
 * const ratios = relativeTarget(factorModel, { transform: "identity" });
 * const x = { names: ["promo", "base"], rows: 2, data: Float32Array.of(0, 1, 100, 40), categorical: [] };
 * const params = { ...ratios.defaults, keys: [["promo"]] };
 * using model = await ratios.fit({ x, y: Float32Array.of(100, 60) }, params, { seed: 1 });
 *
 * // A promotion sells half as much again, in a shop of any size.
 * const large = { names: ["promo", "base"], rows: 1, data: Float32Array.of(1, 1000), categorical: [] };
 * expect(model.predict(large)[0]).toBeCloseTo(1500);
 * ```
 */
export function relativeTarget<Params extends Readonly<Record<string, unknown>>>(
  inner: Regressor<Params>,
  {
    transform,
    learn = "log",
    clip = transform === "identity" ? [-2, 12] : null,
    exclude = ["series", "t", "horizon_step", "base", "seasonal_naive"],
  }: Pick<RelativeTargetParams, "transform"> & Partial<RelativeTargetParams>,
): Regressor<Params & RelativeTargetParams> {
  const wrapped: Pick<Regressor<Params & RelativeTargetParams>, "kind" | "defaults" | "schema"> = {
    kind: inner.kind,
    defaults: { ...inner.defaults, transform, learn, clip, exclude },
    schema: {
      ...inner.schema,
      properties: {
        ...(inner.schema.properties as Record<string, unknown> | undefined),
        transform: { ...TARGET_TRANSFORM_SCHEMA, default: transform },
        learn: {
          enum: ["log", "ratio"],
          description: "With transform log1p: fit the logarithm of the ratio to the base, or the ratio itself",
          default: learn,
        },
        clip: {
          anyOf: [{ type: "null" }, { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 }],
          description: "The smallest and largest relative target to learn from; null for no limit",
          default: clip,
        },
        exclude: {
          type: "array",
          items: { type: "string" },
          description: "Columns that the learner does not see",
          default: exclude,
        },
      },
    },
  };
  return {
    ...wrapped,
    needs: [...new Set(["base", ...(inner.needs ?? [])])],
    async fit(train, params, options) {
      const valid = validParams(wrapped, params);
      // The learner's parameters are what is left: it refuses names it does not know.
      const { transform: _transform, learn: _learn, clip: _clip, exclude: _exclude, ...own } = valid;
      const relative = relativeSample(train, valid);
      const { valid: watched, ...rest } = options;
      const model = await inner.fit(relative.sample, own as unknown as Params, {
        ...rest,
        ...(watched ? { valid: relativeSample(watched, valid, relative.unit).sample } : {}),
      });
      const known = column(train.x, "base");
      const fallback = valid.transform === "log1p" ? typicalValue(known) : 0;
      return relativeModel(model, { transform: valid.transform, learn: valid.learn, fallback });
    },
    async load(files) {
      const learnt = readModel<Learnt>(inner.kind, files, FILE);
      const { [FILE]: _own, ...others } = files;
      return relativeModel(await inner.load(others), learnt);
    },
  };
}

function relativeModel(inner: Model, learnt: Learnt): Model {
  const { transform, learn, fallback } = learnt;
  const inLogs = learn === "ratio" ? (z: number) => Math.log(Math.max(LEAST_RATIO, z)) : (z: number) => z;
  return {
    kind: inner.kind,
    features: [...new Set(["base", ...inner.features])],
    predict(x) {
      const base = column(x, "base");
      return inner.predict(x).map((z, row) => {
        const level = base[row]!;
        if (!usable(level, transform)) return inUnits(Number.isFinite(level) ? level : fallback, transform);
        return inUnits(transform === "log1p" ? level + inLogs(z) : level * z, transform);
      });
    },
    save: () => ({ ...inner.save(), ...writeModel(inner.kind, { ...learnt }, FILE) }),
    ...(inner.importance ? { importance: () => ({ base: 0, ...inner.importance!() }) } : {}),
    ...(inner.contributions
      ? {
        contributions: (x: Matrix) => inner.contributions!(x),
        explain: (x: Matrix, scale: ForecastScale) => explainRelative(inner.contributions!(x), x, learnt, scale),
      }
      : {}),
    [Symbol.dispose]() {
      inner[Symbol.dispose]();
    },
  };
}

/**
 * Contributions to z as contributions to the forecast. On the log scale the base adds to them, and what is usual is the usual
 * base times the usual ratio; otherwise it multiplies them, and a contribution of its own is what is usual for such a base.
 */
function explainRelative(
  ofZ: Matrix,
  x: Matrix,
  { transform, learn, fallback }: Learnt,
  scale: ForecastScale,
): Matrix {
  const ratio = (z: number) => Math.log(Math.max(LEAST_RATIO, z));
  const relative = transform === "log1p" && learn === "ratio" ? rescaled(ofZ, ratio) : ofZ;
  const base = column(x, "base"), usual = column(relative, BIAS);
  const features = relative.names.filter((name) => name !== BIAS);
  const rowsOf = (value: (row: number) => number) => Float64Array.from(base, (_, row) => value(row));
  const known = rowsOf((row) => usable(base[row]!, transform) ? 1 : 0);
  const columns = Object.fromEntries(features.map((name) => {
    const own = column(relative, name);
    return [name, rowsOf((row) => known[row]! === 0 ? 0 : transform === "log1p" ? own[row]! : own[row]! * base[row]!)];
  }));
  const level = rowsOf((row) => {
    if (known[row]! === 0) return Number.isFinite(base[row]!) ? base[row]! - fallback : 0;
    return transform === "log1p" ? base[row]! - fallback : base[row]! * usual[row]!;
  });
  const bias = rowsOf((row) => fallback + (transform === "log1p" && known[row]! === 1 ? usual[row]! : 0));
  const learnt = columns["base"];
  const ofBase = learnt === undefined ? level : level.map((value, row) => value + learnt[row]!);
  const whole = explained({ ...columns, base: ofBase, [BIAS]: bias }, x.rows);
  if (transform === "log1p" && scale === "log1p") return rescaled(whole, (value) => Math.max(0, value));
  return scale === transform ? whole : rescaled(whole, (value) => onScale(inUnits(value, transform), scale));
}

/** Whether a target can be told relative to this base. A ratio to next to nothing is noise. */
function usable(base: number, transform: TargetTransform): boolean {
  return transform === "log1p" ? Number.isFinite(base) : Number.isFinite(base) && base > 1;
}

/**
 * A sample as the learner sees it.
 *
 * @param unit For `identity`, the mean of weight × base over the training rows: weights are told relative to it, so that
 * parameters such as the least weight of a leaf mean the same in every currency.
 */
function relativeSample(
  { x, y, weight }: Sample,
  { transform, learn, clip, exclude }: RelativeTargetParams,
  unit?: number,
): { readonly sample: Sample; readonly unit: number } {
  const base = column(x, "base");
  const kept = Uint32Array.from(y, (_, row) => row).filter((row) => usable(base[row]!, transform));
  if (kept.length === 0) {
    throw new RangeError(
      `Cannot fit a relative target as a training row must have a base` +
        `${transform === "identity" ? " above 1" : ""}: none of ${x.rows} rows has`,
    );
  }
  const some = kept.length < x.rows ? kept : undefined;
  const [least, most] = clip ?? [-Infinity, Infinity];
  const z = sharedFloats(kept.length);
  // Loops over a million rows: z and the weights are one pass each.
  for (let i = 0; i < kept.length; i++) {
    const row = kept[i]!;
    const log = Math.log1p(y[row]!) - base[row]!;
    const relative = transform === "identity" ? y[row]! / base[row]! : learn === "ratio" ? Math.exp(log) : log;
    z[i] = Math.min(most, Math.max(least, relative));
  }
  const scaled = relativeWeight(base, weight, kept, transform, unit);
  return {
    sample: { x: submatrix(x, exclude, some), y: z, ...(scaled.weight ? { weight: scaled.weight } : {}) },
    unit: scaled.unit,
  };
}

/** On the plain scale an error of a ratio costs as much as the base is large, so that is its weight. */
function relativeWeight(
  base: Floats,
  weight: Floats | undefined,
  kept: Uint32Array,
  transform: TargetTransform,
  unit?: number,
): { readonly weight?: Floats; readonly unit: number } {
  if (transform === "log1p") {
    return weight ? { weight: sharedFloats(kept.length).map((_, i) => weight[kept[i]!]!), unit: 1 } : { unit: 1 };
  }
  const scaled = sharedFloats(kept.length);
  let sum = 0;
  for (let i = 0; i < kept.length; i++) {
    const row = kept[i]!;
    scaled[i] = (weight ? weight[row]! : 1) * base[row]!;
    sum += scaled[i]!;
  }
  const mean = unit ?? (sum > 0 ? sum / kept.length : 1);
  for (let i = 0; i < scaled.length; i++) scaled[i]! /= mean;
  return { weight: scaled, unit: mean };
}
