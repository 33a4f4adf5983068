import type { Matrix } from "@/core/matrix.ts";
import type { ForecastScale, Model, Regressor } from "@/core/regressor.ts";
import { blend, type BlendSpace, fromSpace } from "@/models/blend.ts";
import { explainForecasts, onScale, rescaled, weightedSum } from "@/models/explanation.ts";
import { filesUnder, readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "ensemble";
const FILE = "ensemble.json";

/** Parameters of a blend of models. */
export type EnsembleParams = {
  /** Member → how much it counts; members without a weight are left out. Learn them with `blendWeights`. */
  readonly weights: Readonly<Record<string, number>>;
  /** Member → its parameters, where they are not its defaults. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly space: BlendSpace;
  /** What every forecast is multiplied by: a level correction that earlier windows taught. */
  readonly factor: number;
};

interface Learnt {
  readonly members: readonly (readonly [name: string, weight: number])[];
  readonly space: BlendSpace;
  readonly factor: number;
}

/**
 * Asks several models and takes the weighted middle: models that err differently correct each other.
 *
 * Members are fitted one after another on the same sample. Weights have to be learnt beforehand, on forecasts of earlier
 * windows: a model fitted on these very rows has nothing to say about how it will do on others.
 *
 * @param members Name → the regressor that fits and loads this member.
 *
 * @throws {RangeError} Its `fit`: if no weight is above 0; its `load`: if files hold a member that is not among
 * these.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ensemble, groupMedian, seasonalNaive } from "@/models/mod.ts";
 *
 * const both = ensemble({ naive: seasonalNaive, median: groupMedian });
 * const x = { names: ["seasonal_naive", "base"], rows: 1, data: Float32Array.of(10, 30), categorical: [] };
 * const params = {
 *   weights: { naive: 0.75, median: 0.25 },
 *   params: { median: { transform: "identity" } },
 *   space: "plain",
 *   factor: 1,
 * } as const;
 * using model = await both.fit({ x, y: Float32Array.of(12) }, params, { seed: 1 });
 * expect(model.predict(x)[0]).toBe(15);
 * ```
 */
export function ensemble(members: Readonly<Record<string, Regressor>>): Regressor<EnsembleParams> {
  const names = Object.keys(members);
  const defaults: EnsembleParams = {
    weights: Object.fromEntries(names.map((name) => [name, 1 / names.length])),
    params: {},
    space: "plain",
    factor: 1,
  };
  const definition = {
    kind: KIND,
    defaults,
    schema: {
      type: "object",
      properties: {
        weights: {
          type: "object",
          properties: Object.fromEntries(names.map((name) => [name, { type: "number", minimum: 0 }])),
          additionalProperties: false,
          minProperties: 1,
          description: "Member → how much it counts; scaled to add up to 1",
          default: defaults.weights,
        },
        params: {
          type: "object",
          properties: Object.fromEntries(names.map((name) => [name, { type: "object" }])),
          additionalProperties: false,
          description: "Member → its parameters, where they are not its defaults",
          default: defaults.params,
        },
        space: { enum: ["plain", "log"], description: "Where forecasts are averaged", default: defaults.space },
        factor: {
          type: "number",
          exclusiveMinimum: 0,
          description: "What every forecast is multiplied by",
          default: defaults.factor,
        },
      },
      required: ["weights", "params", "space", "factor"],
      additionalProperties: false,
    },
  };
  return {
    ...definition,
    async fit(train, params, options) {
      const { weights, params: own, space, factor } = validParams(definition, params);
      const counting = Object.entries(weights).filter(([, weight]) => weight > 0);
      if (counting.length === 0) {
        throw new RangeError(
          `Cannot fit an ensemble as a member must have a weight above 0: none of ${names.join(", ")} has`,
        );
      }
      using fitted = new DisposableStack();
      const models: [string, Model, number][] = [];
      for (const [name, weight] of counting) {
        const regressor = members[name]!;
        const chosen = { ...regressor.defaults, ...own[name] };
        models.push([name, fitted.use(await regressor.fit(train, chosen, options)), weight]);
      }
      fitted.move();
      return blendModels(models, { space, factor });
    },
    async load(files) {
      const learnt = readModel<Learnt>(KIND, files, FILE);
      using loaded = new DisposableStack();
      const models: [string, Model, number][] = [];
      for (const [name, weight] of learnt.members) {
        const regressor = members[name];
        if (!regressor) {
          throw new RangeError(`Cannot load an ensemble as it has a member "${name}": known are ${names.join(", ")}`);
        }
        models.push([name, loaded.use(await regressor.load(filesUnder(`${name}/`, files))), weight]);
      }
      loaded.move();
      return blendModels(models, learnt);
    },
  };
}

/**
 * Makes one model of several fitted ones. It takes them over: disposing it disposes them.
 *
 * @param members Name, model and weight of each; weights are scaled to add up to 1.
 * @param options.factor What every forecast is multiplied by.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { blendModels, seasonalNaive } from "@/models/mod.ts";
 *
 * const x = { names: ["seasonal_naive", "base"], rows: 1, data: Float32Array.of(10, 30), categorical: [] };
 * const naive = await seasonalNaive.fit({ x, y: Float32Array.of(12) }, {}, { seed: 1 });
 * using model = blendModels([["naive", naive, 1]], { space: "plain", factor: 1.1 });
 * expect(model.predict(x)[0]).toBeCloseTo(11);
 * ```
 */
export function blendModels(
  members: readonly (readonly [name: string, model: Model, weight: number])[],
  { space, factor = 1 }: { readonly space: BlendSpace; readonly factor?: number },
): Model {
  const total = members.reduce((sum, [, , weight]) => sum + weight, 0);
  // Weights that add up to 1 already keep their bits, so that a saved blend predicts the same.
  const scale = Math.abs(total - 1) < 1e-12 ? 1 : total;
  const weights = members.map(([, , weight]) => weight / scale);
  const models = members.map(([, model]) => model);
  const features = [...new Set(models.flatMap((model) => model.features))];
  const shares = models.map((model) => model.importance?.());
  return {
    kind: KIND,
    features,
    predict: (x) => blend(models.map((model) => model.predict(x)), weights, space).map((value) => value * factor),
    save: () => ({
      ...Object.fromEntries(
        members.flatMap(([name, model]) =>
          Object.entries(model.save()).map(([file, bytes]) => [`${name}/${file}`, bytes])
        ),
      ),
      ...writeModel(KIND, { members: members.map(([name], k) => [name, weights[k]]), space, factor }, FILE),
    }),
    // Members are explained where they are averaged, so that their contributions add up by weight.
    explain(x: Matrix, scale: ForecastScale) {
      const averaged: ForecastScale = space === "log" ? "log1p" : "identity";
      const parts = members.map(([name, model], k) => {
        return weights[k] === 0 ? undefined : [explainForecasts(model, x, averaged, name), weights[k]!] as const;
      });
      const sum = weightedSum(parts.filter((part) => part !== undefined), x.rows);
      return rescaled(sum, (value) => onScale(fromSpace(value, space) * factor, scale));
    },
    ...(shares.some(Boolean) ? { importance: () => meanShares(features, shares, weights) } : {}),
    [Symbol.dispose]() {
      for (const model of models) model[Symbol.dispose]();
    },
  };
}

/** Importance of the members that know theirs, by weight; 0 for what only the others read. */
function meanShares(
  features: readonly string[],
  shares: readonly (Readonly<Record<string, number>> | undefined)[],
  weights: readonly number[],
): Record<string, number> {
  const total = weights.reduce((sum, weight, k) => sum + (shares[k] ? weight : 0), 0);
  const mean: Record<string, number> = Object.fromEntries(features.map((feature) => [feature, 0]));
  shares.forEach((share, k) => {
    for (const [feature, value] of Object.entries(share ?? {})) {
      mean[feature] = (mean[feature] ?? 0) + value * weights[k]! / total;
    }
  });
  return mean;
}
