/**
 * A whole model as one ONNX graph: from its feature columns to the forecast in units of y.
 *
 * @module
 */
import type { Files } from "@/core/regressor.ts";
import type { BlendSpace } from "@/models/blend.ts";
import { filesUnder, readModel } from "@/models/model_json.ts";
import { unpackModel } from "@/models/native/model_files.ts";
import { Graph, type Value } from "@/models/onnx/graph.ts";
import { treeSum, treeSum32 } from "@/models/onnx/tree_node.ts";
import { LEAST_RATIO } from "@/models/relative_target.ts";
import { folderOf } from "@/models/seed_bag.ts";
import type { TargetTransform } from "@/models/target_transform.ts";
import { readLightGBMText } from "@/models/trees/read_lightgbm_text.ts";
import { readXGBoostBinary } from "@/models/trees/read_xgboost_binary.ts";

/** A model that ONNX cannot say, and why. */
export class NotInOnnxError extends RangeError {}

/**
 * Writes a saved model as an ONNX file that any ONNX runtime can compute, without us.
 *
 * Input `features`: `rows × columns.length` 64-bit floats, NaN where missing; output `forecast`: one 64-bit float per row.
 * The graph holds all of it: trees, the way back from the target relative to `base`, the blend of several models, the level
 * correction. Only the last bits differ from our own forecasts: trees are added as LightGBM does, in 64 bits, and as XGBoost
 * does, in 32 bits one after another.
 *
 * @param files The files of `Model.save()`.
 * @param columns Names of the input's columns, in order: the model's features.
 * @throws {NotInOnnxError} If a part of the model has no form in ONNX; names it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lightgbm, toOnnx } from "@/models/mod.ts";
 *
 * const promo = Float32Array.from({ length: 200 }, (_, day) => day % 2);
 * const x = { names: ["promo"], rows: 200, data: promo, categorical: [] };
 * using model = await lightgbm.fit({ x, y: promo.map((on) => 100 + 20 * on) }, lightgbm.defaults, { seed: 1 });
 * const onnx = toOnnx(model.save(), model.features);
 * expect(new TextDecoder().decode(onnx)).toContain("TreeEnsemble");
 * ```
 */
export function toOnnx(files: Files, columns: readonly string[]): Uint8Array<ArrayBuffer> {
  const graph = new Graph(columns);
  const description = "A sales forecast by shelfcast: from its feature columns to units sold. " +
    "The order of the columns is in the metadata; missing values are NaN.";
  return graph.model(modelValue(graph, files), description);
}

/** What a model says, by the files that it was saved as: a model of models is known by the file that names them. */
function modelValue(graph: Graph, files: Files): Value {
  if (files["ensemble.json"]) return blended(graph, files);
  if (files["relative_target.json"]) return relative(graph, files);
  if (files["seed_bag.json"]) return mean(graph, files);
  if (files["model.txt"]) return lightgbmValue(graph, files);
  if (files["model.ubj"]) return xgboostValue(graph, files);
  const kind = kindOf(files);
  if (kind === "seasonal_naive") {
    const { typical } = readModel<{ typical: number }>(kind, files), last = graph.column(kind);
    return graph.node("Where", [finite(graph, last), last, graph.constant(typical)]);
  }
  throw new NotInOnnxError(
    `Cannot write a ${kind} model in ONNX: only boosted trees and seasonal_naive have a form there`,
  );
}

function blended(graph: Graph, files: Files): Value {
  const { members, space, factor } = readModel<{
    readonly members: readonly (readonly [name: string, weight: number])[];
    readonly space: BlendSpace;
    readonly factor: number;
  }>("ensemble", files, "ensemble.json");
  const one = graph.constant(1);
  const terms = members.map(([name, weight]) => {
    const forecast = modelValue(graph, filesUnder(`${name}/`, files));
    const scaled = space === "plain"
      ? forecast
      : graph.node("Log", [graph.node("Add", [graph.node("Max", [forecast, graph.constant(0)]), one])]);
    return graph.node("Mul", [scaled, graph.constant(weight)]);
  });
  const sum = terms.reduce((total, term) => graph.node("Add", [total, term]));
  const forecast = space === "plain" ? sum : graph.node("Sub", [graph.node("Exp", [sum]), one]);
  return graph.node("Mul", [forecast, graph.constant(factor)]);
}

function relative(graph: Graph, files: Files): Value {
  const { "relative_target.json": own, ...others } = files;
  const { transform, learn, fallback } = readModel<{
    readonly transform: TargetTransform;
    readonly learn?: "log" | "ratio";
    readonly fallback: number;
  }>(kindOf(others), { "relative_target.json": own! }, "relative_target.json");
  const z = modelValue(graph, others), base = graph.column("base");
  const known = graph.node("Where", [finite(graph, base), base, graph.constant(fallback)]);
  if (transform === "identity") {
    const usable = graph.node("And", [finite(graph, base), graph.node("Greater", [base, graph.constant(1)])]);
    return graph.node("Where", [usable, graph.node("Mul", [base, z]), known]);
  }
  const ratio = () => graph.node("Log", [graph.node("Max", [z, graph.constant(LEAST_RATIO)])]);
  const level = graph.node("Add", [base, learn === "ratio" ? ratio() : z]);
  const logs = graph.node("Where", [finite(graph, base), level, known]);
  const units = graph.node("Sub", [graph.node("Exp", [logs]), graph.constant(1)]);
  return graph.node("Max", [units, graph.constant(0)]);
}

function mean(graph: Graph, files: Files): Value {
  const { seeds } = JSON.parse(new TextDecoder().decode(files["seed_bag.json"])) as { seeds: number };
  const values = Array.from({ length: seeds }, (_, k) => modelValue(graph, filesUnder(folderOf(k), files)));
  const sum = values.reduce((total, value) => graph.node("Add", [total, value]));
  return graph.node("Div", [sum, graph.constant(seeds)]);
}

function lightgbmValue(graph: Graph, files: Files): Value {
  const { bytes, facts } = unpackModel("lightgbm", "model.txt", files);
  const { objective, linear_tree } = facts.params;
  const logs = objective === "poisson" || objective === "tweedie";
  const text = new TextDecoder().decode(bytes);
  // With a link, the trees add up to the logarithm: their sum is what is read.
  const trees = readLightGBMText(logs ? text.replace(/^objective=.*$/m, "objective=custom") : text);
  if (!trees) {
    const why = linear_tree ? "its leaves are linear models" : `of its objective ${objective}`;
    throw new NotInOnnxError(`Cannot write a lightgbm model in ONNX as ${why}`);
  }
  const sum = treeSum(graph, trees, facts.features);
  return logs ? graph.node("Exp", [sum]) : sum;
}

function xgboostValue(graph: Graph, files: Files): Value {
  const { bytes, facts } = unpackModel("xgboost", "model.ubj", files);
  const { trees, base } = readXGBoostBinary(bytes);
  const logs = facts.params["objective"] === "count:poisson" || facts.params["objective"] === "reg:tweedie";
  // XGBoost keeps its base score, like everything else, in 32 bits.
  const start = Math.fround(base);
  const sum = treeSum32(graph, trees, facts.features, logs ? Math.fround(Math.log(start)) : start);
  return logs ? graph.node("Exp", [sum]) : sum;
}

/** Whether a column's values are numbers, neither missing nor infinite. */
function finite(graph: Graph, value: Value): Value {
  // 0 × x is 0 for every number, and NaN for anything else.
  return graph.node("Equal", [graph.node("Mul", [value, graph.constant(0)]), graph.constant(0)]);
}

function kindOf(files: Files): string {
  const bytes = files["model.json"];
  const { kind } = bytes ? JSON.parse(new TextDecoder().decode(bytes)) as { kind?: unknown } : {};
  return kind === undefined && files["seed_bag.json"]
    ? String((JSON.parse(new TextDecoder().decode(files["seed_bag.json"])) as { kind?: unknown }).kind)
    : String(kind ?? "unknown");
}
