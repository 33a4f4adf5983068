/**
 * A random forest in plain JavaScript, on a small sample of rows: a yardstick, not a contender.
 *
 * @module
 */
import type { FromSchema } from "json-schema-to-ts";
import { RandomForestRegression } from "ml-random-forest";
import { ModelUnavailableError } from "@/core/errors.ts";
import { column, type Matrix, type Sample } from "@/core/matrix.ts";
import { random } from "@/core/random.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { demandLearnable } from "@/models/native/learnable.ts";
import { nativeSeed } from "@/models/native/native_seed.ts";
import { schemaDefaults } from "@/models/native/schema_defaults.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "random_forest";

/** The forest's parameters as JSON Schema: kind, bounds, default and meaning of each. The params file and tuning read it. */
export const randomForestSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    sample: {
      description: "Rows to learn from, drawn by chance; the time to fit grows with their square",
      type: "integer",
      minimum: 10,
      maximum: 5000,
      default: 800,
    },
    trees: { description: "Trees to grow", type: "integer", minimum: 1, maximum: 500, default: 6 },
    max_features: {
      description: "Share of the features that each tree may use",
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.3,
    },
    max_depth: { description: "Depth of a tree, at most", type: "integer", minimum: 1, maximum: 100, default: 10 },
    min_data_in_leaf: {
      description: "Rows in a node that is still split, at least",
      type: "integer",
      minimum: 1,
      default: 5,
    },
  },
} as const;

/** The parameters of the random forest; see the schema's descriptions. */
export type RandomForestParams = FromSchema<typeof randomForestSchema>;

type ForestJson = ReturnType<RandomForestRegression["toJSON"]>;

interface Learnt {
  readonly features: readonly string[];
  /** What stands in for a missing value, per feature. */
  readonly medians: readonly number[];
  readonly forest: ForestJson;
}

/**
 * A random forest: the average of trees that each saw other rows and other features.
 *
 * Its cost grows with the square of the rows, so it learns from a sample of them; rows with more weight are likelier to
 * be drawn, rows without weight never are. Missing values become the feature's median. It reads codes of categorical
 * columns as numbers.
 *
 * `fit` rejects with a ParamsError for parameters it does not know, and a RangeError for targets that are not finite.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { randomForest } from "@/models/random_forest.ts";
 *
 * const promo = Float32Array.from({ length: 200 }, (_, day) => day % 2);
 * const sales = promo.map((on, day) => 100 + 20 * on + day % 3);
 * const x = { names: ["promo"], rows: 200, data: promo, categorical: [] };
 * using model = await randomForest.fit({ x, y: sales }, randomForest.defaults, { seed: 1 });
 * const [quiet, promoted] = model.predict(x);
 * expect(promoted! - quiet!).toBeCloseTo(20, 0);
 * ```
 */
export const randomForest: Regressor<RandomForestParams> = {
  kind: KIND,
  schema: randomForestSchema,
  defaults: schemaDefaults<RandomForestParams>(randomForestSchema),
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit(train, given, { seed, signal }) {
    const params = validParams(randomForest, given);
    demandLearnable(KIND, train);
    signal?.throwIfAborted();
    const { x, y } = train;
    const rows = drawRows(train, params.sample, seed);
    const columns = x.names.map((name) => gather(column(x, name), rows));
    const medians = columns.map(median);
    const forest = new RandomForestRegression({
      seed: Number(nativeSeed(seed)),
      nEstimators: params.trees,
      maxFeatures: Math.max(1, Math.round(params.max_features * x.names.length)),
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      // The library calls a split's remaining error its gain, and takes only splits above the threshold: with its own
      // threshold of 0 it would pass over the perfect ones.
      treeOptions: { maxDepth: params.max_depth, minNumSamples: params.min_data_in_leaf, gainThreshold: -1 },
    });
    forest.train(toRows(columns, medians), Array.from(rows, (row) => y[row]!));
    // Leaves say that an infinite error remains. JSON makes it null, and predictions do not read it.
    const grownForest = JSON.parse(JSON.stringify(forest)) as ForestJson;
    return randomForestModel({ features: x.names, medians, forest: grownForest });
  },
  // deno-lint-ignore require-await
  async load(files) {
    return randomForestModel(readModel<Learnt>(KIND, files));
  },
};

function randomForestModel(learnt: Learnt): Model {
  const { features, medians } = learnt;
  const forest = grown(learnt.forest);
  return {
    kind: KIND,
    features,
    predict(x: Matrix) {
      const columns = features.map((name) => column(x, name));
      const out = new Float64Array(x.rows);
      for (let first = 0; first < x.rows; first += BLOCK_ROWS) {
        const block = columns.map((values) => values.subarray(first, first + BLOCK_ROWS));
        out.set(forest.predict(toRows(block, medians)), first);
      }
      return out;
    },
    save: () => writeModel(KIND, { ...learnt }),
    [Symbol.dispose]() {},
  };
}

/** Rows that are turned into JavaScript arrays at a time. */
const BLOCK_ROWS = 8192;

function grown(forest: ForestJson): RandomForestRegression {
  try {
    return RandomForestRegression.load(forest);
  } catch (cause) {
    throw new ModelUnavailableError(`Cannot load a ${KIND} model as its file model.json has no proper "forest"`, {
      cause,
    });
  }
}

/**
 * Draws rows without putting them back, each in proportion to its weight (Efraimidis and Spirakis, 2006: the rows with
 * the smallest exponential waiting times), in their own order.
 */
function drawRows({ x, weight }: Sample, wanted: number, seed: number): Uint32Array {
  const chance = random(seed);
  const waits = Float64Array.from({ length: x.rows }, (_, row) => -Math.log(1 - chance.next()) / (weight?.[row] ?? 1));
  const able = waits.filter(Number.isFinite).sort();
  const latest = able[Math.min(wanted, able.length) - 1]!;
  return Uint32Array.from([...waits.keys()].filter((row) => waits[row]! <= latest));
}

function gather(values: Float32Array, rows: Uint32Array): Float32Array {
  return Float32Array.from(rows, (row) => values[row]!);
}

/** The middle value of the ones that are there; 0 where there are none. */
function median(values: Float32Array): number {
  const sorted = values.filter(Number.isFinite).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function toRows(columns: readonly Float32Array[], medians: readonly number[]): number[][] {
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    columns.map((values, k) => {
      const value = values[row]!;
      return Number.isFinite(value) ? value : medians[k]!;
    }));
}
