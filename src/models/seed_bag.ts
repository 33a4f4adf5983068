import type { Matrix } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { filesUnder, readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const FILE = "seed_bag.json";
/** So far apart are the seeds of one bag, that those of neighbouring runs do not meet. */
const STRIDE = 10_007;

/** The parameter that comes on top of the wrapped learner's own. */
export type SeedBagParams = {
  /** How many models are fitted, each with a seed of its own. */
  readonly seeds: number;
};

/**
 * Fits a learner several times, each time with other luck, and averages: what one model owes to chance goes.
 *
 * Forecasts and contributions are means over the models, on the learner's own scale; importance is the mean share. With
 * one seed it is the learner itself, to the byte. Source: bagging, Breiman (1996), over draws of rows and columns instead
 * of bootstrap samples.
 *
 * @param inner The learner.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lightgbm, seedBag } from "@/models/mod.ts";
 *
 * const promo = Float32Array.from({ length: 200 }, (_, day) => day % 2);
 * const x = { names: ["promo"], rows: 200, data: promo, categorical: [] };
 * const bag = seedBag(lightgbm);
 * using model = await bag.fit({ x, y: promo }, { ...bag.defaults, rounds: 50, seeds: 2 }, { seed: 1 });
 * expect(Object.keys(model.save())).toContain("seed-2/model.txt");
 * expect(model.predict(x)[1]).toBeCloseTo(1, 1);
 * ```
 */
export function seedBag<Params extends Readonly<Record<string, unknown>>>(
  inner: Regressor<Params>,
): Regressor<Params & SeedBagParams> {
  const wrapped: Pick<Regressor<Params & SeedBagParams>, "kind" | "defaults" | "schema"> = {
    kind: inner.kind,
    defaults: { ...inner.defaults, seeds: 1 },
    schema: {
      ...inner.schema,
      properties: {
        ...(inner.schema["properties"] as Record<string, unknown> | undefined),
        seeds: {
          type: "integer",
          minimum: 1,
          maximum: 100,
          description: "How many models are fitted and averaged, each with a seed of its own",
          default: 1,
        },
      },
    },
  };
  return {
    ...wrapped,
    ...(inner.needs ? { needs: inner.needs } : {}),
    async fit(train, params, options) {
      const { seeds, ...own } = validParams(wrapped, params);
      const fitOne = (k: number) => {
        const { onRound } = options;
        return inner.fit(train, own as unknown as Params, {
          ...options,
          seed: options.seed + k * STRIDE,
          ...(onRound && {
            onRound: ({ round, rounds, metrics }) =>
              onRound({ round: k * rounds + round, rounds: seeds * rounds, metrics }),
          }),
        });
      };
      using fitted = new DisposableStack();
      const models: Model[] = [];
      for (let k = 0; k < seeds; k++) models.push(fitted.use(await fitOne(k)));
      fitted.move();
      return meanModel(inner.kind, models);
    },
    async load(files) {
      if (files[FILE] === undefined) return await inner.load(files);
      const { seeds } = readModel<SeedBagParams>(inner.kind, files, FILE);
      using loaded = new DisposableStack();
      const models: Model[] = [];
      for (let k = 0; k < seeds; k++) models.push(loaded.use(await inner.load(filesUnder(folderOf(k), files))));
      loaded.move();
      return meanModel(inner.kind, models);
    },
  };
}

/** One model that says what several say on average; disposing it disposes them. */
function meanModel(kind: string, models: readonly Model[]): Model {
  const [first] = models;
  if (models.length === 1) return first!;
  return {
    kind,
    features: first!.features,
    predict: (x) => meanOf(models.map((model) => model.predict(x))),
    save: () => ({
      ...Object.fromEntries(
        models.flatMap((model, k) =>
          Object.entries(model.save()).map(([name, bytes]) => [`${folderOf(k)}${name}`, bytes])
        ),
      ),
      ...writeModel(kind, { seeds: models.length }, FILE),
    }),
    ...(first!.importance ? { importance: () => meanShares(models.map((model) => model.importance!())) } : {}),
    ...(first!.contributions
      ? { contributions: (x: Matrix) => meanMatrix(models.map((model) => model.contributions!(x))) }
      : {}),
    [Symbol.dispose]() {
      for (const model of models) model[Symbol.dispose]();
    },
  };
}

function meanOf(predictions: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const mean = new Float64Array(predictions[0]!.length);
  for (const values of predictions) {
    for (let i = 0; i < mean.length; i++) mean[i]! += values[i]! / predictions.length;
  }
  return mean;
}

function meanShares(shares: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(shares[0]!).map((
      name,
    ) => [name, shares.reduce((sum, share) => sum + share[name]! / shares.length, 0)]),
  );
}

function meanMatrix(matrices: readonly Matrix[]): Matrix {
  const [first] = matrices;
  const data = Float32Array.from(first!.data, (_, i) => {
    return matrices.reduce((sum, matrix) => sum + matrix.data[i]! / matrices.length, 0);
  });
  return { ...first!, data };
}

export const folderOf = (k: number) => `seed-${k + 1}/`;
