/**
 * Decision trees as one node of an ONNX graph.
 *
 * @module
 */
import { type Attribute, type Graph, ML, type Value } from "@/models/onnx/graph.ts";
import { CATEGORICAL, MISSING_IS_ZERO, MISSING_LEFT, type TreeEnsemble } from "@/models/trees/tree_ensemble.ts";

/** ONNX's numbers for what a node asks: at most the value; a member of the set. */
const AT_MOST = 0, MEMBER = 6;
/** ONNX's number for adding up the trees. */
const SUM = 1;

/** So many trees are added one by one at a time: a table of rows × trees must fit into memory. */
const GROUP = 64;

/**
 * Adds the sum of an ensemble's trees to a graph, in 64 bits.
 *
 * A categorical node becomes a question of membership. Codes are whole numbers, as the features' are.
 *
 * @param columns The trees' columns, in the order of their positions.
 */
export function treeSum(graph: Graph, trees: TreeEnsemble, columns: readonly string[]): Value {
  return graph.node("TreeEnsemble", [graph.features], treeAttributes(graph, trees, columns), ML);
}

/**
 * Adds the sum of an ensemble's trees to a graph as XGBoost computes it: from `base` on, one tree after another, in 32
 * bits. The result has the same bits.
 */
export function treeSum32(graph: Graph, trees: TreeEnsemble, columns: readonly string[], base: number): Value {
  let sum = graph.column32(base);
  for (let from = 0; from < trees.roots.length; from += GROUP) {
    const some = treesBetween(trees, from, from + GROUP);
    const attributes = treeAttributes(graph, some, columns, { apart: true });
    const each = graph.node("TreeEnsemble", [graph.features32], attributes, ML);
    const all = graph.node("Concat", [sum, each], { axis: { int: 1 } });
    sum = graph.pick(graph.runningSums(all), some.roots.length);
  }
  return graph.wide(sum);
}

/**
 * The attributes of a node that computes trees.
 *
 * @param options.apart Gives every tree a column of its own, in 32 bits, instead of their sum in 64.
 */
function treeAttributes(
  graph: Graph,
  trees: TreeEnsemble,
  columns: readonly string[],
  { apart = false }: { readonly apart?: boolean } = {},
): Record<string, Attribute> {
  const { roots, feature, threshold, kind, left, right, leaf, sets } = trees;
  const position = columns.map((column) => graph.position(column));
  const count = feature.length;
  // A tree without a split is a node both of whose ways lead to its leaf.
  const stumps = [...roots].filter((root) => root < 0);
  const nodes = count + stumps.length;
  const at = { feature: new Int32Array(nodes), left: new Int32Array(nodes), right: new Int32Array(nodes) };
  const leftIsLeaf = new Uint8Array(nodes), rightIsLeaf = new Uint8Array(nodes), missingLeft = new Uint8Array(nodes);
  const modes = new Uint8Array(nodes).fill(AT_MOST), splits = new Float64Array(nodes), members: number[] = [];
  for (let node = 0; node < count; node++) {
    const bits = kind[node]!;
    at.feature[node] = position[feature[node]!]!;
    at.left[node] = left[node]! < 0 ? ~left[node]! : left[node]!;
    at.right[node] = right[node]! < 0 ? ~right[node]! : right[node]!;
    leftIsLeaf[node] = left[node]! < 0 ? 1 : 0;
    rightIsLeaf[node] = right[node]! < 0 ? 1 : 0;
    if (bits & CATEGORICAL) {
      modes[node] = MEMBER;
      members.push(...codesOf(sets, threshold[node]!), NaN);
    } else {
      splits[node] = threshold[node]!;
      missingLeft[node] = bits & MISSING_IS_ZERO ? (0 <= threshold[node]! ? 1 : 0) : bits & MISSING_LEFT ? 1 : 0;
    }
  }
  stumps.forEach((root, k) => {
    at.left[count + k] = at.right[count + k] = ~root;
    leftIsLeaf[count + k] = rightIsLeaf[count + k] = 1;
  });
  let stump = count;
  const numbers = (values: Iterable<number>) => ({
    tensor: apart ? Float32Array.from(values) : Float64Array.from(values),
  });
  return {
    aggregate_function: { int: SUM },
    post_transform: { int: 0 },
    n_targets: { int: apart ? roots.length : 1 },
    tree_roots: { ints: roots.map((root) => root < 0 ? stump++ : root) },
    nodes_featureids: { ints: at.feature },
    nodes_modes: { tensor: modes },
    nodes_splits: numbers(splits),
    nodes_missing_value_tracks_true: { ints: missingLeft },
    nodes_truenodeids: { ints: at.left },
    nodes_trueleafs: { ints: leftIsLeaf },
    nodes_falsenodeids: { ints: at.right },
    nodes_falseleafs: { ints: rightIsLeaf },
    ...(members.length > 0 ? { membership_values: numbers(members) } : {}),
    leaf_targetids: { ints: apart ? treeOfLeaf(trees) : new Uint8Array(leaf.length) },
    leaf_weights: numbers(leaf),
  };
}

/** The categories of a set that begins at a position of `sets`. */
function codesOf(sets: Uint32Array, from: number): number[] {
  const codes: number[] = [];
  for (let code = 0; code < sets[from]! * 32; code++) {
    if (sets[from + 1 + (code >>> 5)]! >>> (code & 31) & 1) codes.push(code);
  }
  return codes;
}

/** Leaf → the tree that it belongs to. */
function treeOfLeaf(trees: TreeEnsemble): Int32Array {
  const tree = new Int32Array(trees.leaf.length);
  trees.roots.forEach((root, at) => visit(trees, root, (node) => node < 0 && (tree[~node] = at)));
  return tree;
}

/** Some of an ensemble's trees, as an ensemble of their own. */
function treesBetween(trees: TreeEnsemble, from: number, to: number): TreeEnsemble {
  const nodes: number[] = [], leaves: number[] = [], place = new Map<number, number>();
  const roots = trees.roots.slice(from, to);
  for (const root of roots) {
    visit(trees, root, (node) => {
      const kept = node < 0 ? leaves : nodes;
      place.set(node, node < 0 ? ~kept.length : kept.length);
      kept.push(node < 0 ? ~node : node);
    });
  }
  const at = (node: number) => place.get(node)!;
  return {
    ...trees,
    roots: roots.map(at),
    feature: Int32Array.from(nodes, (node) => trees.feature[node]!),
    threshold: Float32Array.from(nodes, (node) => trees.threshold[node]!),
    kind: Uint8Array.from(nodes, (node) => trees.kind[node]!),
    left: Int32Array.from(nodes, (node) => at(trees.left[node]!)),
    right: Int32Array.from(nodes, (node) => at(trees.right[node]!)),
    leaf: Float64Array.from(leaves, (leaf) => trees.leaf[leaf]!),
  };
}

/** Calls `see` for every node and leaf below a node, itself included. */
function visit({ left, right }: TreeEnsemble, root: number, see: (node: number) => void): void {
  for (const stack = [root]; stack.length > 0;) {
    const node = stack.pop()!;
    see(node);
    if (node >= 0) stack.push(right[node]!, left[node]!);
  }
}
