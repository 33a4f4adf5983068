/**
 * What LightGBM and XGBoost have in common as regressors: everything but their parameters and their C functions.
 *
 * @module
 */
import type { JsonSchema } from "@/core/json.ts";
import type { Floats, Matrix, Sample } from "@/core/matrix.ts";
import type { Model, Regressor } from "@/core/regressor.ts";
import { contributionsOf, visitBlocks } from "@/models/native/blocks.ts";
import type { Peers } from "@/models/native/job.ts";
import { alignColumns, demandLearnable } from "@/models/native/learnable.ts";
import { type LibraryName, libraryVersion } from "@/models/native/library.ts";
import { type ModelFacts, packModel, unpackModel } from "@/models/native/model_files.ts";
import { schemaDefaults } from "@/models/native/schema_defaults.ts";
import { train } from "@/models/native/train.ts";
import { validParams } from "@/models/valid_params.ts";

/** A trained model in native memory. Values come column-major: `rows × features`. */
export interface Booster extends Disposable {
  /** Fills `out` with one prediction per row. */
  predict(values: Floats, rows: number, out: Float64Array<ArrayBuffer>): void;
  /** Row after row: a contribution per feature, then the expected value. Absent where the library cannot tell. */
  contributions?(values: Floats, rows: number): ArrayLike<number>;
  /** The gain of each feature's splits, summed. */
  gains(): ArrayLike<number>;
}

/** The parameters that both libraries have under the same names. */
export interface CommonParams extends Readonly<Record<string, unknown>> {
  readonly rounds: number;
  readonly early_stopping_rounds: number;
  readonly threads: number;
}

/** What is special about one of the libraries. */
export interface Boosting<Params extends CommonParams> {
  readonly kind: LibraryName;
  /** The name of the file that holds the library's own format. */
  readonly file: string;
  readonly schema: JsonSchema;
  /** The library's own parameters for a training on `x`. */
  readonly parameters: (params: Params, x: Matrix, seed: number) => Readonly<Record<string, string>>;
  /** The sample with the weights that the objective asks for; the sample as it is by default. */
  readonly weigh?: (params: Params, sample: Sample) => Sample;
  /** The smallest target that the objective allows; −∞ for any. */
  readonly lowestTarget: (params: Params) => number;
  /** The machines that train together, where the params name any. */
  readonly peers?: (params: Params) => Peers | undefined;
  /** Params that say where a model is trained, not what it is: they do not travel with it. */
  readonly transient?: readonly string[];
  /** Loads bytes that the library wrote; they are known to be undamaged. */
  readonly open: (bytes: Uint8Array<ArrayBuffer>, features: readonly string[], params: Params) => Booster;
}

/** Makes a regressor of a native library: training in a Worker, and models that save with a digest. */
export function boostedRegressor<Params extends CommonParams>(boosting: Boosting<Params>): Regressor<Params> {
  const { kind, file, schema, parameters, lowestTarget, weigh = (_params, sample) => sample } = boosting;
  const { peers: peersOf = () => undefined, transient = [] } = boosting;
  const regressor: Regressor<Params> = {
    kind,
    schema,
    defaults: schemaDefaults<Params>(schema),
    async fit(sample, given, { seed, valid, onRound, signal }) {
      const params = validParams(regressor, given);
      const lowest = lowestTarget(params);
      demandLearnable(kind, sample, { lowest });
      const watched = valid && alignColumns(valid, sample.x.names);
      if (watched) demandLearnable(kind, watched, { lowest });
      const peers = peersOf(params);
      const { bytes, rounds } = await train({
        library: kind,
        train: weigh(params, sample),
        ...(watched && { valid: weigh(params, watched) }),
        parameters: parameters(params, sample.x, seed),
        rounds: params.rounds,
        patience: params.early_stopping_rounds,
        ...(peers && { peers }),
      }, { ...(onRound && { onRound }), ...(signal && { signal }) });
      const { names: features, categorical } = sample.x;
      const library = libraryVersion(kind);
      const kept = Object.fromEntries(Object.entries(params).filter(([name]) => !transient.includes(name)));
      return boostedModel(boosting, bytes, { library, features, categorical, params: kept, seed, rounds });
    },
    // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
    async load(files) {
      const { bytes, facts } = unpackModel(kind, file, files);
      return boostedModel(boosting, bytes, facts);
    },
  };
  return regressor;
}

function boostedModel<Params extends CommonParams>(
  { kind, file, schema, open }: Boosting<Params>,
  bytes: Uint8Array<ArrayBuffer>,
  facts: ModelFacts,
): Model {
  const { features } = facts;
  // A model from before a parameter was added lacks it.
  const booster = open(bytes, features, { ...schemaDefaults<Params>(schema), ...facts.params });
  const explain = booster.contributions?.bind(booster);
  return {
    kind,
    features,
    predict(x) {
      const out = new Float64Array(x.rows);
      visitBlocks(x, features, (values, rows, first) => {
        booster.predict(values, rows, out.subarray(first, first + rows));
      });
      return out;
    },
    save: () => packModel(kind, file, bytes, facts),
    importance() {
      const gains = booster.gains();
      const total = features.reduce((sum, _, k) => sum + gains[k]!, 0) || 1;
      return Object.fromEntries(features.map((name, k) => [name, gains[k]! / total]));
    },
    ...(explain && { contributions: (x: Matrix) => contributionsOf(x, features, explain) }),
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}
