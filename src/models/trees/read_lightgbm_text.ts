/**
 * LightGBM's model text as plain numbers.
 *
 * @module
 */
import {
  CATEGORICAL,
  growTrees,
  MISSING_IS_ZERO,
  MISSING_LEFT,
  packTrees,
  type TreeEnsemble,
} from "@/models/trees/tree_ensemble.ts";

/** Objectives whose prediction is the plain sum of the trees. */
const PLAIN = ["regression", "regression_l1", "huber", "quantile", "fair", "custom"];

/** LightGBM's bits of a decision. */
const IS_CATEGORICAL = 1, DEFAULT_LEFT = 2, MISSING_SHIFT = 2, MISSING_NONE = 0, MISSING_NAN = 2;

/**
 * Reads the trees of a model that LightGBM wrote; undefined for a kind of model whose prediction is more than their sum
 * (linear leaves, several classes, a link function, zeros that stand for missing values).
 *
 * @param text The model's text, as LightGBM wrote it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lightgbm } from "@/models/mod.ts";
 * import { readLightGBMText } from "@/models/trees/read_lightgbm_text.ts";
 * import { predictTrees } from "@/models/trees/tree_ensemble.ts";
 *
 * const data = Float32Array.from({ length: 200 }, (_, i) => i % 7), y = data.map((day) => 100 + 5 * day);
 * const x = { names: ["day_of_week"], rows: 200, data, categorical: [] };
 * using model = await lightgbm.fit({ x, y }, { ...lightgbm.defaults, rounds: 20 }, { seed: 1 });
 * const trees = readLightGBMText(new TextDecoder().decode(model.save()["model.txt"]))!;
 * const out = new Float64Array(200);
 * predictTrees(trees, data, 200, out);
 * expect(out).toEqual(model.predict(x));
 * ```
 */
export function readLightGBMText(text: string): TreeEnsemble | undefined {
  const [header = "", ...parts] = text.split(/^Tree=\d+$/m);
  const objective = /^objective=(\S+)(.*)$/m.exec(header);
  const named = objective?.[1] ?? "custom";
  if (!PLAIN.includes(named) || objective?.[2]?.includes("sqrt")) return undefined;
  if (!/^num_tree_per_iteration=1$/m.test(header) || /^average_output$/m.test(header)) return undefined;
  const features = Number(/^max_feature_idx=(\d+)$/m.exec(header)?.[1] ?? NaN) + 1;
  if (!Number.isInteger(features)) return undefined;

  const grown = growTrees();
  const { roots, feature, threshold, kind, left, right, leaf, sets } = grown;
  for (const part of parts) {
    const fields = new Map(part.split("\n").map((line) => line.split("=", 2) as [string, string]));
    const list = (name: string) => (fields.get(name) ?? "").split(" ").filter((text) => text !== "").map(numberOf);
    if (fields.get("is_linear") === "1") return undefined;
    const nodeOffset = feature.length, leafOffset = leaf.length;
    leaf.push(...list("leaf_value"));
    const columns = list("split_feature"), limits = list("threshold"), decisions = list("decision_type");
    const boundaries = list("cat_boundaries"), words = list("cat_threshold");
    roots.push(columns.length > 0 ? nodeOffset : ~leafOffset);
    const child = (index: number) => index >= 0 ? index + nodeOffset : ~(~index + leafOffset);
    for (const index of list("left_child")) left.push(child(index));
    for (const index of list("right_child")) right.push(child(index));
    for (const [node, decision] of decisions.entries()) {
      feature.push(columns[node]!);
      if (decision & IS_CATEGORICAL) {
        const [from, to] = [boundaries[limits[node]!]!, boundaries[limits[node]! + 1]!];
        kind.push(CATEGORICAL);
        threshold.push(sets.length);
        sets.push(to - from, ...words.slice(from, to));
        continue;
      }
      const missing = decision >> MISSING_SHIFT & 3;
      if (missing !== MISSING_NONE && missing !== MISSING_NAN) return undefined;
      kind.push(missing === MISSING_NONE ? MISSING_IS_ZERO : decision & DEFAULT_LEFT ? MISSING_LEFT : 0);
      threshold.push(largestFloat(limits[node]!));
    }
  }
  // Positions of sets are kept among 32-bit floats, which tell integers apart up to 2^24.
  if (sets.length >= 2 ** 24) return undefined;
  return packTrees(features, grown);
}

/** The text of a number in C: JavaScript reads "inf" as no number. */
function numberOf(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) ? (text.startsWith("-") ? -Infinity : Infinity) : value;
}

/** The largest 32-bit float that is at most the value: a 32-bit feature is below the one exactly when below the other. */
function largestFloat(value: number): number {
  const near = Math.fround(value);
  if (near <= value) return near;
  const bits = new Int32Array(1), float = new Float32Array(bits.buffer);
  float[0] = near;
  if (near === 0) return -(2 ** -149);
  bits[0]! += near > 0 ? -1 : 1;
  return float[0]!;
}
