/**
 * What Python's MLflow needs to load a model of ours: an `MLmodel`, and the model in formats that Python knows.
 *
 * @module
 */
import type { Files, Model } from "@/core/regressor.ts";
import { NotInOnnxError, toOnnx } from "@/models/mod.ts";
import { type ForeignFlavors, MLMODEL, mlmodelText, type ModelInfo, pythonEnvironment } from "@/stores/mod.ts";

const ONNX = "model.onnx", BOOSTER = "model.txt";

/** Files that stand beside a model's own for Python's sake. */
export const PYTHON_FILES: readonly string[] = [ONNX, MLMODEL, ...Object.keys(pythonEnvironment())];

/**
 * Returns a model's files together with those that let Python's MLflow load it.
 *
 * - `mlflow.pyfunc.load_model` and `mlflow.onnx.load_model`: the whole model, features in, units of y out. Left out, with the
 *   reason among the notes, where a part of the model has no form in ONNX.
 * - `mlflow.lightgbm.load_model`: the trees alone, for a model that is one LightGBM; the notes tell what they forecast.
 */
export function withPythonFlavors(model: Model, info: Omit<ModelInfo, "kind">): Files {
  const files = model.save(), onnx = onnxOf(model, files);
  const notes = {
    features: model.features,
    forecast: "Units of y, from the columns of the signature: 64-bit floats, NaN where a value is missing",
    ...("why" in onnx ? { onnx: `No ONNX flavour: ${onnx.why}` } : {}),
    ...boosterNotes(files),
  };
  const flavors: ForeignFlavors = {
    ...("bytes" in onnx ? { onnx: { file: ONNX, features: model.features } } : {}),
    ...(files[BOOSTER] ? { lightgbm: { file: BOOSTER, version: boosterFacts(files).library } } : {}),
    notes,
  };
  const texts = {
    [MLMODEL]: mlmodelText({ ...info, kind: model.kind }, flavors),
    ...("bytes" in onnx ? pythonEnvironment() : {}),
  };
  return {
    ...files,
    ...("bytes" in onnx ? { [ONNX]: onnx.bytes } : {}),
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)])),
  };
}

function onnxOf(model: Model, files: Files): { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly why: string } {
  try {
    return { bytes: toOnnx(files, model.features) };
  } catch (error) {
    if (error instanceof NotInOnnxError) return { why: error.message };
    throw error;
  }
}

interface BoosterFacts {
  readonly library: string;
  readonly features: readonly string[];
}

const boosterFacts = (files: Files) => jsonOf<BoosterFacts>(files["model.json"]!);

/** What the trees of a single LightGBM forecast, for who loads them without us. */
function boosterNotes(files: Files): Readonly<Record<string, string | readonly string[]>> {
  if (!files[BOOSTER]) return {};
  const relative = files["relative_target.json"];
  const { transform, learn, fallback } = relative
    ? jsonOf<{ readonly transform: string; readonly learn?: string; readonly fallback: number }>(relative)
    : { transform: "none", learn: undefined, fallback: 0 };
  const without = `; where base is missing, y = ${Math.max(0, Math.expm1(fallback))}`;
  const target = {
    none: "y",
    identity: "z = y / base; where base is at most 1 or missing, the forecast is base, or 0",
    log1p: learn === "ratio"
      ? `z = (1 + y) / exp(base), so y = max(0, exp(base + log(max(z, 0.001))) - 1)${without}`
      : `z = log1p(y) - base, so y = max(0, exp(base + z) - 1)${without}`,
  }[transform];
  return { lightgbm: `The trees alone forecast ${target}`, lightgbm_features: boosterFacts(files).features };
}

function jsonOf<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
