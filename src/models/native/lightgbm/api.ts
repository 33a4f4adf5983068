/**
 * LightGBM's C functions, and their status codes as errors.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";
import { openLibrary } from "@/models/native/library.ts";
import { cString } from "@/models/native/memory.ts";

const symbols = {
  LGBM_GetLastError: { parameters: [], result: "pointer" },
  /** machines, own port, minutes to wait for the others, how many there are */
  LGBM_NetworkInit: { parameters: ["buffer", "i32", "i32", "i32"], result: "i32" },
  LGBM_NetworkFree: { parameters: [], result: "i32" },
  /** data, data type, rows, columns, row-major, parameters, reference dataset, out */
  LGBM_DatasetCreateFromMat: {
    parameters: ["pointer", "i32", "i32", "i32", "i32", "buffer", "pointer", "buffer"],
    result: "i32",
  },
  /** dataset, field, data, length, data type */
  LGBM_DatasetSetField: { parameters: ["pointer", "buffer", "pointer", "i32", "i32"], result: "i32" },
  LGBM_DatasetSetFeatureNames: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  LGBM_DatasetFree: { parameters: ["pointer"], result: "i32" },
  LGBM_BoosterCreate: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  LGBM_BoosterAddValidData: { parameters: ["pointer", "pointer"], result: "i32" },
  LGBM_BoosterUpdateOneIter: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetEvalCounts: { parameters: ["pointer", "buffer"], result: "i32" },
  /** booster, names given, out count, bytes per name, out bytes needed, names */
  LGBM_BoosterGetEvalNames: {
    parameters: ["pointer", "i32", "buffer", "usize", "buffer", "buffer"],
    result: "i32",
  },
  LGBM_BoosterGetEval: { parameters: ["pointer", "i32", "buffer", "buffer"], result: "i32" },
  /** booster, first iteration, iterations, importance type, bytes given, out bytes needed, text */
  LGBM_BoosterSaveModelToString: {
    parameters: ["pointer", "i32", "i32", "i32", "i64", "buffer", "buffer"],
    result: "i32",
  },
  LGBM_BoosterLoadModelFromString: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  LGBM_BoosterGetNumFeature: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetNumClasses: { parameters: ["pointer", "buffer"], result: "i32" },
  /** booster, data, data type, rows, columns, row-major, kind, first iteration, iterations, parameters, out length, out */
  LGBM_BoosterPredictForMat: {
    parameters: ["pointer", "pointer", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  LGBM_BoosterFeatureImportance: { parameters: ["pointer", "i32", "i32", "buffer"], result: "i32" },
  LGBM_BoosterFree: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The C API's code for 32-bit floats. */
export const FLOAT32 = 0;
/** The C API's flag for matrices that are stored column after column. */
export const COLUMN_MAJOR = 0;

let opened: Deno.DynamicLibrary<typeof symbols>["symbols"] | undefined;

/** LightGBM's functions; opens the library on first use. */
export function lightgbmApi(): Deno.DynamicLibrary<typeof symbols>["symbols"] {
  return opened ??= openLibrary("lightgbm", symbols);
}

/**
 * Turns a status code into an error with the library's own words.
 *
 * @param attempt What was tried: `train a round`.
 */
export function check(status: number, attempt: string): void {
  if (status === 0) return;
  // The message belongs to the thread that failed: read it before anything else is called.
  const said = lightgbmApi().LGBM_GetLastError();
  const text = said === null ? "nothing" : Deno.UnsafePointerView.getCString(said).trim();
  throw new NativeLibraryError(`Cannot ${attempt}: LightGBM says "${text}"`);
}

/** Parameters in LightGBM's notation: `name=value name=value`. */
export function parameterText(parameters: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  for (const [name, value] of Object.entries(parameters)) {
    // White space would silently begin another parameter.
    if (/[\s\0]/.test(name + value)) {
      throw new TypeError(`Cannot pass parameter "${name}" to LightGBM as it has white space: "${value}"`);
    }
  }
  return cString(Object.entries(parameters).map(([name, value]) => `${name}=${value}`).join(" "));
}
