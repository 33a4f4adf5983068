/**
 * Series that add up: stores to types, types to regions, regions to the total.
 *
 * @module
 */
import { DatasetError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";

/** A node and the node that it is a part of; the top has none. */
export interface Link {
  /** The node's name, unique in its hierarchy. */
  readonly node: string;
  /** The name of the node that it is a part of; null for the top. */
  readonly parent: string | null;
}

/** A tree of series. Parents stand before their children, and everything that has children before what has none. */
export interface Hierarchy {
  /** Aggregates from the top, then the series at the bottom, each in the order in which they were given. */
  readonly nodes: readonly string[];
  /** Of each node the position of its parent; −1 for the top. */
  readonly parents: Int32Array;
  /** Of each node how many steps it is from the top. */
  readonly depths: Int32Array;
  /** How many nodes are aggregates: the first series is at this position. */
  readonly aggregates: number;
}

/**
 * Builds a hierarchy from links, in any order.
 *
 * @throws {DatasetError} If there is no top or more than one, a node stands twice, a parent is no node (an orphan), or
 * nodes are parts of each other (a cycle): the message names the nodes and the number of the link.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hierarchyOf } from "@/evaluation/mod.ts";
 *
 * const tree = hierarchyOf([
 *   { node: "total", parent: null },
 *   { node: "1", parent: "total" },
 *   { node: "2", parent: "total" },
 * ]);
 * expect([tree.nodes, tree.aggregates]).toEqual([["total", "1", "2"], 1]);
 * expect(() => hierarchyOf([{ node: "total", parent: null }, { node: "1", parent: "totl" }]))
 *   .toThrow('link 2: the parent "totl" of "1" is no node');
 * ```
 */
export function hierarchyOf(links: readonly Link[]): Hierarchy {
  const linkOf = new Map<string, number>();
  links.forEach(({ node }, at) => {
    const other = linkOf.get(node);
    if (other !== undefined) throw refusal(`links ${other + 1} and ${at + 1} both say what "${node}" is a part of`);
    linkOf.set(node, at);
  });
  const tops = links.filter(({ parent }) => parent === null).map(({ node }) => node);
  const hasParts = new Set<string>();
  links.forEach(({ node, parent }, at) => {
    if (parent === null) return;
    if (!linkOf.has(parent)) {
      const hint = didYouMean(parent, [...hasParts, ...tops].slice(0, 20));
      throw refusal(`link ${at + 1}: the parent "${parent}" of "${node}" is no node. ${hint}`);
    }
    hasParts.add(parent);
  });
  const depth = depthsOf(links, linkOf);
  if (tops.length !== 1) {
    throw refusal(
      tops.length === 0
        ? "no node is the top: one must have no parent"
        : `${tops.length} nodes have no parent (${
          tops.slice(0, 5).map((name) => `"${name}"`).join(", ")
        }): only the top has none`,
    );
  }
  if (hasParts.size === 0) throw refusal(`"${tops[0]}" has no parts: there is nothing to add up`);
  const order = [...links.keys()].sort((a, b) => {
    const parts = Number(hasParts.has(links[b]!.node)) - Number(hasParts.has(links[a]!.node));
    return parts !== 0 ? parts : hasParts.has(links[a]!.node) ? depth[a]! - depth[b]! || a - b : a - b;
  });
  const place = new Map(order.map((at, position) => [links[at]!.node, position]));
  return {
    nodes: order.map((at) => links[at]!.node),
    parents: Int32Array.from(order, (at) => links[at]!.parent === null ? -1 : place.get(links[at]!.parent!)!),
    depths: Int32Array.from(order, (at) => depth[at]!),
    aggregates: hasParts.size,
  };
}

/** Steps from the top; a walk that meets itself is a cycle. */
function depthsOf(links: readonly Link[], linkOf: ReadonlyMap<string, number>): Int32Array {
  const depth = new Int32Array(links.length).fill(-1);
  for (const start of links.keys()) {
    const path: number[] = [], onPath = new Set<number>();
    let at = start;
    while (depth[at] === -1) {
      if (onPath.has(at)) {
        const round = [...path.slice(path.indexOf(at)), at].map((k) => `"${links[k]!.node}"`);
        throw refusal(`link ${at + 1}: ${round.join(" is a part of ")}, a cycle`);
      }
      path.push(at);
      onPath.add(at);
      const { parent } = links[at]!;
      if (parent === null) break;
      at = linkOf.get(parent)!;
    }
    let steps = depth[at]! >= 0 ? depth[at]! : -1;
    for (const k of path.toReversed()) if (depth[k] === -1) depth[k] = ++steps;
  }
  return depth;
}

function refusal(found: string): DatasetError {
  return new DatasetError(`Cannot build a hierarchy as every node needs one way up to one top: ${found}`);
}

/** What a series is, as far as the hierarchy asks: column → value. */
export type Belongs = Readonly<Record<string, string | number | null>>;

/** What stands between the parts of a node's name: `total / a / BY`. */
export const WITHIN = " / ";

/**
 * Builds the hierarchy that columns of the series imply: the first column divides the total, the next divides each part.
 *
 * @throws {DatasetError} If a series has no value in a column: it would be an orphan.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hierarchyByColumns } from "@/evaluation/mod.ts";
 *
 * const stores = [{ id: "1", is: { type: "a", region: "BY" } }, { id: "2", is: { type: "a", region: "BE" } }];
 * const tree = hierarchyByColumns(stores, ["type", "region"]);
 * expect(tree.nodes).toEqual(["total", "a", "a / BY", "a / BE", "1", "2"]);
 * ```
 */
export function hierarchyByColumns(
  series: readonly { readonly id: string; readonly is: Belongs }[],
  columns: readonly string[],
): Hierarchy {
  const links: Link[] = [{ node: TOTAL, parent: null }], known = new Set<string>();
  const bottom = series.map(({ id, is }): Link => {
    let parent = TOTAL;
    for (const column of columns) {
      const value = is[column];
      if (value === null || value === undefined || value === "") {
        throw refusal(`series "${id}" has no ${column}: it is an orphan`);
      }
      const node = parent === TOTAL ? String(value) : `${parent}${WITHIN}${value}`;
      if (!known.has(node)) links.push({ node, parent });
      known.add(node);
      parent = node;
    }
    return { node: id, parent };
  });
  const clash = bottom.find(({ node }) => known.has(node) || node === TOTAL);
  // A store "1" and a type "1" are two things: aggregates take their column's name along where names clash.
  if (clash === undefined) return hierarchyOf([...links, ...bottom]);
  const named = (node: string | null) => node === null || node === TOTAL ? node : `${columns.join(WITHIN)} ${node}`;
  return hierarchyOf([
    ...links.map(({ node, parent }) => ({ node: named(node)!, parent: named(parent) })),
    ...bottom.map(({ node, parent }) => ({ node, parent: named(parent) })),
  ]);
}

/** The name of the top. */
const TOTAL = "total";

/**
 * Adds the series at the bottom up: one vector per node, the bottom's own last.
 *
 * @param bottom One vector per series, all of one length, in the order of the hierarchy.
 *
 * @throws {RangeError} If there are not as many series as the hierarchy has at its bottom.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { addUp, hierarchyByColumns } from "@/evaluation/mod.ts";
 *
 * const tree = hierarchyByColumns([{ id: "x", is: { type: "a" } }, { id: "y", is: { type: "b" } }], ["type"]);
 * const all = addUp(tree, [Float64Array.of(1, 2), Float64Array.of(10, 20)]);
 * expect([...all[0]!]).toEqual([11, 22]);
 * ```
 */
export function addUp({ nodes, parents, aggregates }: Hierarchy, bottom: readonly Float64Array[]): Float64Array[] {
  if (bottom.length !== nodes.length - aggregates) {
    throw new RangeError(
      `Cannot add up ${bottom.length} series as the hierarchy has ${nodes.length - aggregates} at its bottom`,
    );
  }
  const steps = bottom[0]?.length ?? 0;
  const all = nodes.map((_, at) => at < aggregates ? new Float64Array(steps) : bottom[at - aggregates]!);
  // Children stand after their parents, so that from the end every sum is complete before it is passed on.
  for (let at = nodes.length - 1; at > 0; at--) {
    const into = all[parents[at]!]!, from = all[at]!;
    for (let step = 0; step < steps; step++) into[step]! += from[step]!;
  }
  return all;
}
