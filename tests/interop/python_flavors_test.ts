import { pathToFileURL } from "node:url";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { column } from "@/core/matrix.ts";
import { matrixOf } from "@/features/mod.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { loadNewest } from "@/pipeline/forecast.ts";
import { readIngested } from "@/pipeline/ingest.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import type { Overrides } from "@/pipeline/params.ts";
import { interopMissing, python } from "../support/python.ts";
import { workdir } from "../support/workdir.ts";

const LOAD = new URL("load_models.py", import.meta.url);
const ENV = { MLFLOW_ALLOW_FILE_STORE: "true", MLFLOW_DISABLE_TELEMETRY: "true" };
const ROWS = 400;

/** What `load_models.py` prints of a version. */
interface Loaded {
  readonly flavors: readonly string[];
  readonly columns: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly run: string;
  readonly pyfunc: readonly number[];
  readonly one: number;
  readonly onnx: readonly number[];
  readonly trees?: readonly number[];
}

/** The largest difference, as a share of the forecast. */
function apart(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  return Math.max(
    ...Array.from(ours, (value, row) => Math.abs(value - theirs[row]!) / Math.max(1, Math.abs(value))),
  );
}

/** Runs the pipeline, then lets Python forecast rows of its features with the registered model. */
async function trained(overrides: Overrides) {
  await using work = await workdir();
  const context = await work.context(overrides);
  const { champion, run } = await pipeline(context);
  const { version, model } = await loadNewest(context);
  using _model = model;
  const table = await featurize(context, (await readIngested(context)).panel);
  const rows = Uint32Array.from({ length: ROWS }, (_, row) => table.frame.height - 1 - 5 * row);
  const x = matrixOf(table, { rows, names: model.features });
  const cells = Array.from({ length: ROWS }, (_, row) =>
    Object.fromEntries(x.names.map((name) => {
      const value = column(x, name)[row]!;
      return [name, Number.isNaN(value) ? null : value];
    })));
  const [loaded] = await python<Loaded[]>(LOAD, [pathToFileURL(context.store.path("mlruns")).href], {
    env: ENV,
    input: [{ name: version.name, version: version.version, rows: cells }],
  });
  return { champion, run, loaded: loaded!, ours: model.predict(x), base: column(x, "base"), features: model.features };
}

describe("Python's MLflow loads what we trained", { skip: interopMissing() }, () => {
  it("a LightGBM: the whole of it through pyfunc and ONNX, its trees through mlflow.lightgbm", async () => {
    const { champion, run, loaded, ours, base, features } = await trained({ models: ["seasonal_naive", "lightgbm"] });
    expect(champion).toBe("lightgbm");
    expect(loaded).toMatchObject({ flavors: ["lightgbm", "onnx", "python_function", "shelfcast"], run: run.id });
    expect(loaded.columns).toEqual(features);
    expect(apart(ours, loaded.pyfunc)).toBeLessThan(1e-12);
    expect(apart(ours, loaded.onnx)).toBeLessThan(1e-12);
    expect(loaded.one).toBeCloseTo(loaded.pyfunc[0]!, 9);
    // What the notes say of the trees is true: z = log1p(y) - base.
    const note = String(loaded.metadata["lightgbm"]);
    expect(note).toContain("y = max(0, exp(base + z) - 1)");
    const without = Number(/where base is missing, y = ([\d.]+)$/.exec(note)![1]);
    const told = loaded.trees!.map((z, row) =>
      Number.isNaN(base[row]!) ? without : Math.max(0, Math.exp(base[row]! + z) - 1)
    );
    expect(base.some(Number.isNaN)).toBe(true);
    expect(apart(ours, told)).toBeLessThan(1e-12);
  });

  it("a blend of LightGBM and XGBoost", async () => {
    const { champion, loaded, ours } = await trained({
      models: ["seasonal_naive", "lightgbm", "xgboost", "ensemble"],
      seed: 2,
    });
    expect(champion).toBe("ensemble");
    expect(loaded.flavors).toEqual(["onnx", "python_function", "shelfcast"]);
    expect(apart(ours, loaded.pyfunc)).toBeLessThan(1e-12);
    expect(new Set(ours.map((value) => Math.round(value))).size).toBeGreaterThan(50);
  });
});
