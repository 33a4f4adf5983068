/**
 * A trained LightGBM model, ready to predict. It cannot be trained further, which would end the process.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";
import type { Floats } from "@/core/matrix.ts";
import type { Booster } from "@/models/native/boosted.ts";
import { Handle } from "@/models/native/handle.ts";
import { check, COLUMN_MAJOR, FLOAT32, lightgbmApi, parameterText } from "@/models/native/lightgbm/api.ts";
import { PointerCell, pointerTo } from "@/models/native/memory.ts";
import { readLightGBMText } from "@/models/trees/read_lightgbm_text.ts";
import { predictTrees, type TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/** After so many rows, reading the trees out of the text (a tenth of a second) has paid for itself. */
const MANY_ROWS = 2_000;

/**
 * Loads a model's text. **The text must be exactly what LightGBM wrote**: it trusts what it reads, and damaged text
 * ends the process. Check a digest first.
 *
 * @param options.features How many columns its data will have.
 * @param options.linear Whether its leaves are linear: LightGBM cannot tell their contributions.
 * @throws {NativeLibraryError} If LightGBM refuses the text, or it is a model of other features.
 */
export function loadLightGBM(
  text: Uint8Array<ArrayBuffer>,
  { features, threads, linear }: { readonly features: number; readonly threads: number; readonly linear: boolean },
): Booster {
  const api = lightgbmApi();
  const terminated = new Uint8Array(text.length + 1);
  terminated.set(text);
  const cell = new PointerCell(), iterations = new Int32Array(1);
  check(api.LGBM_BoosterLoadModelFromString(terminated, iterations, cell.memory), "load the model");
  const booster = new Handle("LightGBM model", cell.pointer, (pointer) => void api.LGBM_BoosterFree(pointer));
  try {
    demandShape(booster, features);
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }

  const parameters = parameterText({ num_threads: String(threads), verbosity: "-1" });
  const run = (kind: number, data: Floats, rows: number, out: Float64Array<ArrayBuffer>, perRow: number) => {
    // C trusts these sizes, and would read or write past a shorter array's end.
    if (data.length !== rows * features || out.length !== rows * perRow) {
      throw new RangeError(
        `Cannot predict ${rows} rows of ${features} features with ${data.length} values and room for ${out.length}`,
      );
    }
    if (rows === 0) return;
    const status = api.LGBM_BoosterPredictForMat(
      booster.pointer,
      pointerTo(data),
      FLOAT32,
      rows,
      features,
      COLUMN_MAJOR,
      kind,
      0,
      -1,
      parameters,
      new BigInt64Array(1),
      out,
    );
    check(status, `predict ${rows} rows`);
  };

  const contributions = (data: Floats, rows: number) => {
    const out = new Float64Array(rows * (features + 1));
    run(PREDICT_CONTRIBUTIONS, data, rows, out, features + 1);
    return out;
  };

  let trees: TreeEnsemble | undefined, read = false, asked = 0;
  const predict = (data: Floats, rows: number, out: Float64Array<ArrayBuffer>) => {
    asked += rows;
    if (asked >= MANY_ROWS && !read) {
      trees = readLightGBMText(new TextDecoder().decode(text));
      read = true;
    }
    if (trees?.features === features) predictTrees(trees, data, rows, out);
    else run(PREDICT_NORMAL, data, rows, out, 1);
  };

  return {
    predict,
    ...(!linear && { contributions }),
    gains() {
      const gains = new Float64Array(features);
      check(api.LGBM_BoosterFeatureImportance(booster.pointer, -1, IMPORTANCE_GAIN, gains), "sum the gains");
      return gains;
    },
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}

const PREDICT_NORMAL = 0, PREDICT_CONTRIBUTIONS = 3, IMPORTANCE_GAIN = 1;

function demandShape(booster: Handle, features: number): void {
  const api = lightgbmApi();
  const found = new Int32Array(1), outputs = new Int32Array(1);
  check(api.LGBM_BoosterGetNumFeature(booster.pointer, found), "count the features");
  check(api.LGBM_BoosterGetNumClasses(booster.pointer, outputs), "count the outputs");
  if (found[0] !== features || outputs[0] !== 1) {
    throw new NativeLibraryError(
      `Cannot load the model as it must have ${features} features and 1 output: it has ${found[0]} and ${outputs[0]}`,
    );
  }
}
