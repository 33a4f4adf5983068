/**
 * XGBoost's binary model as plain numbers.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import { readUbjson, type Ubjson } from "@/models/trees/read_ubjson.ts";
import { growTrees, MISSING_LEFT, packTrees, type TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/**
 * Reads the trees of a model that XGBoost wrote, and the value that it adds to their sum, in units of the target.
 *
 * @throws {ModelUnavailableError} If the bytes are not such a model, or one with categorical splits or other boosters.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { xgboost } from "@/models/mod.ts";
 * import { readXGBoostBinary } from "@/models/trees/read_xgboost_binary.ts";
 * import { predictTrees } from "@/models/trees/tree_ensemble.ts";
 *
 * const data = Float32Array.from({ length: 200 }, (_, i) => i % 7), y = data.map((day) => 100 + 5 * day);
 * const x = { names: ["day_of_week"], rows: 200, data, categorical: [] };
 * using model = await xgboost.fit({ x, y }, { ...xgboost.defaults, rounds: 20 }, { seed: 1 });
 * const { trees, base } = readXGBoostBinary(model.save()["model.ubj"]!);
 * const out = new Float64Array(200);
 * predictTrees(trees, data, 200, out);
 * expect(base + out[3]!).toBeCloseTo(model.predict(x)[3]!, 3);
 * ```
 */
export function readXGBoostBinary(bytes: Uint8Array): { readonly trees: TreeEnsemble; readonly base: number } {
  const learner = fields(fields(documentOf(bytes))["learner"]);
  const param = fields(learner["learner_model_param"]), booster = fields(learner["gradient_booster"]);
  if (booster["name"] !== "gbtree") throw broken(`its booster is ${booster["name"]}, not gbtree`);
  // A list of one since 3.1: "[1.2E1]".
  const base = Number(String(param["base_score"]).replace(/^\[(.*)\]$/, "$1"));
  if (!Number.isFinite(base)) throw broken(`its base score is ${param["base_score"]}`);

  const grown = growTrees();
  const { roots, feature, threshold, kind, left, right, leaf } = grown;
  for (const tree of list(fields(booster["model"])["trees"])) {
    const of = fields(tree);
    const lefts = numbers(of["left_children"]), rights = numbers(of["right_children"]);
    const splits = numbers(of["split_indices"]), limits = numbers(of["split_conditions"]);
    const goesLeft = numbers(of["default_left"]);
    if (numbers(of["split_type"]).some((type) => type !== 0)) throw broken("it has categorical splits");
    // Nodes and leaves stand in one row there, and in two here.
    const place: number[] = [];
    lefts.forEach((child, node) => {
      if (child === -1) {
        place.push(~leaf.length);
        leaf.push(limits[node]!);
      } else {
        place.push(feature.length);
        feature.push(splits[node]!);
        threshold.push(floatBelow(limits[node]!));
        kind.push(goesLeft[node] ? MISSING_LEFT : 0);
      }
    });
    lefts.forEach((child, node) => {
      if (child === -1) return;
      left.push(place[child]!);
      right.push(place[rights[node]!]!);
    });
    roots.push(place[0]!);
  }
  return {
    base,
    trees: packTrees(Number(param["num_feature"]), grown),
  };
}

/** The next 32-bit float below one: XGBoost asks for less than the limit, we for at most. */
function floatBelow(limit: number): number {
  if (limit === 0) return -(2 ** -149);
  const bits = new Int32Array(1), float = new Float32Array(bits.buffer);
  float[0] = limit;
  bits[0]! += limit > 0 ? -1 : 1;
  return float[0]!;
}

function documentOf(bytes: Uint8Array): Ubjson {
  try {
    return readUbjson(bytes);
  } catch (error) {
    throw broken((error as Error).message, error);
  }
}

function fields(value: Ubjson | undefined): Readonly<Record<string, Ubjson>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Float64Array) {
    throw broken("a part that must have named fields has none");
  }
  return value as Readonly<Record<string, Ubjson>>;
}

function list(value: Ubjson | undefined): readonly Ubjson[] {
  if (!Array.isArray(value)) throw broken("a part that must be a list is none");
  return value;
}

function numbers(value: Ubjson | undefined): ArrayLike<number> & Iterable<number> & readonly number[] {
  if (value instanceof Float64Array) return [...value];
  if (Array.isArray(value) && value.every((one) => typeof one === "number")) return value as number[];
  throw broken("a part that must be a list of numbers is none");
}

function broken(why: string, cause?: unknown): ModelUnavailableError {
  return new ModelUnavailableError(
    `Cannot read a model of XGBoost: ${why}`,
    cause === undefined ? undefined : { cause },
  );
}
