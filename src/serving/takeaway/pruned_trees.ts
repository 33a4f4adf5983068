/**
 * Trees without the branches that none of some series can ever reach.
 *
 * @module
 */
import { CATEGORICAL, goesLeft, growTrees, packTrees, type TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/**
 * Prunes trees to the values that their columns can have: what is left forecasts the same bits, since the same leaves are
 * added in the same order.
 *
 * @param possible Column of the trees → every value that it can have, NaN included.
 * @param rename Column of the trees → its position in the rows that the pruned trees will see.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { prunedTrees } from "@/serving/takeaway/pruned_trees.ts";
 *
 * // Is it a promotion? Where there never is one, a leaf is all that is left.
 * const trees = {
 *   features: 1, roots: Int32Array.of(0), feature: Int32Array.of(0), threshold: Float32Array.of(0.5),
 *   kind: Uint8Array.of(0), left: Int32Array.of(~0), right: Int32Array.of(~1), leaf: Float64Array.of(100, 120),
 *   sets: new Uint32Array(0),
 * };
 * expect([...prunedTrees(trees, [Float32Array.of(0)], [0]).leaf]).toEqual([100]);
 * expect([...prunedTrees(trees, [Float32Array.of(0, 1)], [0]).leaf]).toEqual([100, 120]);
 * ```
 */
export function prunedTrees(
  trees: TreeEnsemble,
  possible: readonly Float32Array[],
  rename: readonly number[],
): TreeEnsemble {
  const grown = growTrees();
  const { roots, feature, threshold, kind, left, right, leaf, sets } = grown;
  const now = [...possible];

  const visit = (node: number): number => {
    if (node < 0) return ~(leaf.push(trees.leaf[~node]!) - 1);
    const at = trees.feature[node]!, values = now[at]!;
    const lefts = values.filter((value) => goesLeft(trees, node, value));
    if (lefts.length === values.length) return visit(trees.left[node]!);
    if (lefts.length === 0) return visit(trees.right[node]!);
    const own = feature.push(rename[at]!) - 1;
    const how = trees.kind[node]!, limit = trees.threshold[node]!;
    kind.push(how);
    if (how & CATEGORICAL) {
      threshold.push(sets.length);
      sets.push(...trees.sets.subarray(limit, limit + 1 + trees.sets[limit]!));
    } else threshold.push(limit);
    left.push(0);
    right.push(0);
    now[at] = lefts;
    left[own] = visit(trees.left[node]!);
    now[at] = values.filter((value) => !goesLeft(trees, node, value));
    right[own] = visit(trees.right[node]!);
    now[at] = values;
    return own;
  };
  for (const root of trees.roots) roots.push(visit(root));
  return packTrees(Math.max(0, ...rename) + 1, grown);
}
