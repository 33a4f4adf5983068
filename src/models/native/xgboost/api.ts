/**
 * XGBoost's C functions, and their status codes as errors.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";
import { openLibrary } from "@/models/native/library.ts";
import { cString } from "@/models/native/memory.ts";

const symbols = {
  XGBGetLastError: { parameters: [], result: "pointer" },
  XGBSetGlobalConfig: { parameters: ["buffer"], result: "i32" },
  XGProxyDMatrixCreate: { parameters: ["buffer"], result: "i32" },
  XGProxyDMatrixSetDataDense: { parameters: ["pointer", "buffer"], result: "i32" },
  /** iterator, proxy, reference matrix, reset, next, config, out */
  XGQuantileDMatrixCreateFromCallback: {
    parameters: ["pointer", "pointer", "pointer", "function", "function", "buffer", "buffer"],
    result: "i32",
  },
  XGDMatrixCreateFromDense: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  XGDMatrixSetInfoFromInterface: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  XGDMatrixFree: { parameters: ["pointer"], result: "i32" },
  XGBoosterCreate: { parameters: ["buffer", "u64", "buffer"], result: "i32" },
  XGBoosterSetParam: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  /** booster, field, texts, count */
  XGBoosterSetStrFeatureInfo: { parameters: ["pointer", "buffer", "buffer", "u64"], result: "i32" },
  XGBoosterUpdateOneIter: { parameters: ["pointer", "i32", "pointer"], result: "i32" },
  /** booster, iteration, matrices, their names, count, out text */
  XGBoosterEvalOneIter: { parameters: ["pointer", "i32", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  /** booster, first, last, step, out */
  XGBoosterSlice: { parameters: ["pointer", "i32", "i32", "i32", "buffer"], result: "i32" },
  XGBoosterSaveModelToBuffer: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
  XGBoosterLoadModelFromBuffer: { parameters: ["pointer", "buffer", "u64"], result: "i32" },
  XGBoosterGetNumFeature: { parameters: ["pointer", "buffer"], result: "i32" },
  /** booster, values, config, proxy matrix, out shape, out dimensions, out result */
  XGBoosterPredictFromDense: {
    parameters: ["pointer", "buffer", "buffer", "pointer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  /** booster, matrix, config, out shape, out dimensions, out result */
  XGBoosterPredictFromDMatrix: {
    parameters: ["pointer", "pointer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  /** booster, config, out feature count, out features, out dimensions, out shape, out scores */
  XGBoosterFeatureScore: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  XGBoosterFree: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let opened: Deno.DynamicLibrary<typeof symbols>["symbols"] | undefined;

/** XGBoost's functions; opens the library on first use and tells it to keep quiet. */
export function xgboostApi(): Deno.DynamicLibrary<typeof symbols>["symbols"] {
  if (opened === undefined) {
    opened = openLibrary("xgboost", symbols);
    check(opened.XGBSetGlobalConfig(cString(`{"verbosity": 0}`)), "quieten the library");
  }
  return opened;
}

/**
 * Turns a status code into an error with the library's own words, without its stack trace.
 *
 * @param attempt What was tried: `train a round`.
 */
export function check(status: number, attempt: string): void {
  if (status === 0) return;
  // The message belongs to the thread that failed: read it before anything else is called.
  const said = xgboostApi().XGBGetLastError();
  const text = said === null ? "nothing" : Deno.UnsafePointerView.getCString(said);
  throw new NativeLibraryError(`Cannot ${attempt}: XGBoost says "${gist(text)}"`);
}

/** `[09:52:45] /build/src/learner.cc:756: Check failed: …\nStack trace:\n…` becomes `Check failed: …`. */
function gist(text: string): string {
  const [words = ""] = text.split("\nStack trace:");
  return words.replace(/^\[[\d:]+\] \S+?:\d+: /, "").trim();
}
