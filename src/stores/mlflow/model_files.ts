/**
 * The file that makes a folder of a run a model in MLflow's eyes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Files } from "@/core/regressor.ts";

/** The name of the file. */
export const MLMODEL = "MLmodel";

/** The Python libraries that the files were tried with; MLflow's own tools install them to serve the model. */
const PYTHON = "3.11", LIBRARIES = ["mlflow>=3.5", "onnx>=1.17", "onnxruntime>=1.20", "pandas<3"];

/** Files that Python's MLflow can read without us. */
export interface ForeignFlavors {
  /** The whole model as an ONNX graph: from its feature columns to units of y. */
  readonly onnx?: { readonly file: string; readonly features: readonly string[] };
  /** Trees that LightGBM's own library loads, and its version. */
  readonly lightgbm?: { readonly file: string; readonly version: string };
  /** What a reader should know of the flavours: field → text. */
  readonly notes?: Readonly<Record<string, string | readonly string[]>>;
}

/** What MLflow wants to know of a model in a run. */
export interface ModelInfo {
  /** The id of the run that holds the model. */
  readonly runId: string;
  /** The model's folder among the run's artifacts: `model`. */
  readonly path: string;
  /** The `kind` of the regressor that loads it. */
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** The identity of a model, 32 hexadecimal digits: the same for the same folder of the same run. */
function modelUuid({ runId, path }: ModelInfo): string {
  return createHash("md5").update(`${runId}/${path}`).digest("hex");
}

/** A moment in UTC as MLflow writes it: `2026-01-01 00:00:00.000000`. */
function utcTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "000");
}

/**
 * Writes the text of a model's `MLmodel`: the flavour `shelfcast`, which is ours, and those that Python reads.
 *
 * With an ONNX file the model is a `python_function` too: `mlflow.pyfunc.load_model` forecasts in units of y from the
 * columns of the signature, 64-bit floats with NaN where a value is missing. `mlflow.lightgbm.load_model` gives the trees
 * alone, whose target the notes tell.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlmodelText } from "@/stores/mlflow/model_files.ts";
 *
 * const info = { runId: "0af7", path: "model", kind: "lightgbm", created: 0 };
 * expect(mlmodelText(info)).toContain("kind: lightgbm");
 * const text = mlmodelText(info, { onnx: { file: "model.onnx", features: ["promo"] } });
 * expect(text).toContain("loader_module: mlflow.onnx");
 * ```
 */
export function mlmodelText(info: ModelInfo, { onnx, lightgbm, notes = {} }: ForeignFlavors = {}): string {
  const flavors = {
    ...(lightgbm ? { lightgbm: lightgbmFlavor(lightgbm) } : {}),
    ...(onnx ? { onnx: onnxFlavor(onnx.file), python_function: pythonFunction(onnx.file) } : {}),
    shelfcast: { kind: info.kind, data: "." },
  };
  return stringify({
    artifact_path: info.path,
    flavors,
    ...(Object.keys(notes).length > 0 ? { metadata: notes } : {}),
    model_uuid: modelUuid(info),
    run_id: info.runId,
    ...(onnx ? { signature: signature(onnx.features) } : {}),
    utc_time_created: utcTime(info.created),
  }, { version: "1.1", lineWidth: 0 });
}

/**
 * The files beside `MLmodel` that tell MLflow's tools which Python packages the ONNX flavour needs.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { pythonEnvironment } from "@/stores/mod.ts";
 *
 * expect(Object.keys(pythonEnvironment()).sort()).toEqual(["python_env.yaml", "requirements.txt"]);
 * ```
 */
export function pythonEnvironment(): Readonly<Record<string, string>> {
  const environment = { python: PYTHON, build_dependencies: ["pip"], dependencies: ["-r requirements.txt"] };
  return { "python_env.yaml": stringify(environment), "requirements.txt": LIBRARIES.join("\n") + "\n" };
}

function lightgbmFlavor({ file, version }: { readonly file: string; readonly version: string }) {
  return { code: null, data: file, lgb_version: version, model_class: "lightgbm.basic.Booster" };
}

function onnxFlavor(file: string) {
  return { code: null, data: file, onnx_session_options: null, providers: ["CPUExecutionProvider"] };
}

function pythonFunction(file: string) {
  return { data: file, env: { virtualenv: "python_env.yaml" }, loader_module: "mlflow.onnx", python_version: PYTHON };
}

/** MLflow's signature: JSON inside YAML. */
function signature(features: readonly string[]) {
  const column = (name: string) => ({ type: "double", name, required: true });
  return {
    inputs: JSON.stringify(features.map(column)),
    outputs: JSON.stringify([{ type: "double", name: "forecast", required: true }]),
    params: null,
  };
}

/** The model's kind as its card tells it; `unknown` when there is no card that says. */
export function kindOf(files: Files): string {
  try {
    const card = JSON.parse(new TextDecoder().decode(files["card.json"])) as Readonly<Record<string, unknown>> | null;
    const kind = card?.["kind"];
    return typeof kind === "string" ? kind : "unknown";
  } catch {
    return "unknown";
  }
}
