/**
 * A trained XGBoost model, ready to predict.
 *
 * @module
 */
import { ModelUnavailableError, NativeLibraryError } from "@/core/errors.ts";
import type { Floats } from "@/core/matrix.ts";
import type { Booster } from "@/models/native/boosted.ts";
import { Handle } from "@/models/native/handle.ts";
import { copyCounts, copyFloats, cString, PointerCell } from "@/models/native/memory.ts";
import { check, xgboostApi } from "@/models/native/xgboost/api.ts";
import { matrixInterface } from "@/models/native/xgboost/array_interface.ts";
import { freeMatrix } from "@/models/native/xgboost/quantile_matrix.ts";
import { freeBooster } from "@/models/native/xgboost/trainer.ts";
import { readXGBoostBinary } from "@/models/trees/read_xgboost_binary.ts";
import { predictTrees, type TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/** So few rows at once, a plan's, are walked down the trees before XGBoost has begun. */
const FEW_ROWS = 100;
/** After being asked for few rows so many times, reading the trees out of the model (a tenth of a second) has paid for itself. */
const MANY_TIMES = 400;

/**
 * Loads a model's bytes. Check a digest first: XGBoost trusts what it reads.
 *
 * @param options.features The columns that its data will have, in order.
 * @param options.linked Whether its prediction is the exponential of what its trees add up to.
 * @throws {NativeLibraryError} If XGBoost refuses the bytes, or it is a model of other features.
 */
export function loadXGBoost(
  bytes: Uint8Array<ArrayBuffer>,
  { features: names, threads, linked }: {
    readonly features: readonly string[];
    readonly threads: number;
    readonly linked: boolean;
  },
): Booster {
  const features = names.length;
  const api = xgboostApi();
  const cell = new PointerCell();
  check(api.XGBoosterCreate(new BigUint64Array(0), 0n, cell.memory), "set up a model");
  const booster = new Handle("XGBoost model", cell.pointer, freeBooster);
  try {
    check(api.XGBoosterLoadModelFromBuffer(booster.pointer, bytes, BigInt(bytes.length)), "load the model");
    check(api.XGBoosterSetParam(booster.pointer, cString("nthread"), cString(String(threads))), "set the threads");
    demandFeatures(booster, features);
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }

  let summed: ReturnType<typeof summedTrees>, asked = 0;
  return {
    predict(data, rows, out) {
      if (rows === 0) return;
      if (rows <= FEW_ROWS && !linked) {
        if (++asked === MANY_TIMES) summed = summedTrees(bytes, features);
        if (summed !== undefined) {
          predictTrees(summed.trees, data, rows, out, { start: summed.start, single: true });
          return;
        }
      }
      const output = new Output();
      const status = api.XGBoosterPredictFromDense(
        booster.pointer,
        matrixInterface(data, rows, features),
        predictConfig(PREDICT_VALUE),
        null,
        ...output.cells,
      );
      check(status, `predict ${rows} rows`);
      out.set(output.floats(rows));
    },
    contributions(data, rows) {
      if (rows === 0) return new Float32Array(0);
      using matrix = plainMatrix(data, rows, features, threads);
      const output = new Output();
      const config = predictConfig(PREDICT_CONTRIBUTIONS);
      check(
        api.XGBoosterPredictFromDMatrix(booster.pointer, matrix.pointer, config, ...output.cells),
        `explain ${rows} rows`,
      );
      return output.floats(rows * (features + 1));
    },
    gains() {
      const gains = totalGains(booster);
      return names.map((name) => gains[name] ?? 0);
    },
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}

/** The trees of a model, and what they are added to; undefined where they cannot be walked here. */
function summedTrees(
  bytes: Uint8Array<ArrayBuffer>,
  features: number,
): { readonly trees: TreeEnsemble; readonly start: number } | undefined {
  try {
    const { trees, base } = readXGBoostBinary(bytes);
    return trees.features === features ? { trees, start: Math.fround(base) } : undefined;
  } catch (error) {
    if (error instanceof ModelUnavailableError) return undefined;
    throw error;
  }
}

const PREDICT_VALUE = 0, PREDICT_CONTRIBUTIONS = 2;

function predictConfig(type: number): Uint8Array<ArrayBuffer> {
  // An iteration end of 0 means all of them.
  return cString(
    `{"type": ${type}, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, ` +
      `"cache_id": 0, "missing": NaN}`,
  );
}

/** The three cells that a prediction fills. The result stays XGBoost's, until its next prediction: copy it at once. */
class Output {
  readonly #shape = new PointerCell();
  readonly #dimensions = new BigUint64Array(1);
  readonly #result = new PointerCell();

  get cells(): [BigUint64Array<ArrayBuffer>, BigUint64Array<ArrayBuffer>, BigUint64Array<ArrayBuffer>] {
    return [this.#shape.memory, this.#dimensions, this.#result.memory];
  }

  floats(wanted: number): Float32Array<ArrayBuffer> {
    const shape = copyCounts(this.#shape.pointer, Number(this.#dimensions[0]));
    const found = shape.reduce((product, side) => product * side, 1);
    if (found !== wanted) {
      throw new NativeLibraryError(`Cannot predict as XGBoost must give ${wanted} values: it gave ${found}`);
    }
    return copyFloats(this.#result.pointer, found);
  }
}

function plainMatrix(data: Floats, rows: number, features: number, threads: number): Handle {
  const cell = new PointerCell();
  const values = matrixInterface(data, rows, features);
  const config = cString(`{"missing": NaN, "nthread": ${threads}}`);
  check(xgboostApi().XGDMatrixCreateFromDense(values, config, cell.memory), `read ${rows} rows`);
  return new Handle("XGBoost matrix", cell.pointer, freeMatrix);
}

function totalGains(booster: Handle): Record<string, number> {
  const count = new BigUint64Array(1), features = new PointerCell();
  const dimensions = new BigUint64Array(1), shape = new PointerCell(), scores = new PointerCell();
  const status = xgboostApi().XGBoosterFeatureScore(
    booster.pointer,
    cString(`{"importance_type": "total_gain"}`),
    count,
    features.memory,
    dimensions,
    shape.memory,
    scores.memory,
  );
  check(status, "sum the gains");
  const found = Number(count[0]);
  if (found === 0) return {};
  const names = copyCounts(features.pointer, found).map((address) => {
    const text = Deno.UnsafePointer.create(BigInt(address));
    return text === null ? "" : Deno.UnsafePointerView.getCString(text);
  });
  const values = copyFloats(scores.pointer, found);
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

function demandFeatures(booster: Handle, features: number): void {
  const found = new BigUint64Array(1);
  check(xgboostApi().XGBoosterGetNumFeature(booster.pointer, found), "count the features");
  if (Number(found[0]) !== features) {
    throw new NativeLibraryError(`Cannot load the model as it must have ${features} features: it has ${found[0]}`);
  }
}
