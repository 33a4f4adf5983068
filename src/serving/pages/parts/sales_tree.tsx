/**
 * Forecasts as a tree from the total to the series, whose numbers add up at every node.
 *
 * @module
 */
import { formatCount, formatPercent, sentenceCase } from "@/charts/mod.ts";
import { addUp, type Hierarchy, WITHIN } from "@/evaluation/mod.ts";

/** Numbers of the tree's nodes, each list in the order of the hierarchy. */
export interface TreeNumbers {
  readonly forecast: readonly number[];
  /** With planners' changes. */
  readonly planned: readonly number[];
}

/**
 * Adds up whole numbers, so that what is shown adds up, too: each series is rounded, and everything above is their sum.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hierarchyByColumns } from "@/evaluation/mod.ts";
 * import { treeNumbers } from "@/serving/pages/parts/sales_tree.tsx";
 *
 * const tree = hierarchyByColumns([{ id: "x", is: {} }, { id: "y", is: {} }], []);
 * expect(treeNumbers(tree, { forecast: [1.4, 1.4], planned: [1.4, 9] }).forecast).toEqual([2, 1, 1]);
 * ```
 */
export function treeNumbers(hierarchy: Hierarchy, bottom: TreeNumbers): TreeNumbers {
  const up = (values: readonly number[]) =>
    addUp(hierarchy, values.map((value) => Float64Array.of(Math.round(value)))).map(([sum]) => sum!);
  return { forecast: up(bottom.forecast), planned: up(bottom.planned) };
}

/** The tree; parts open on a click, and everything above the series is in it from the start. */
export function SalesTree({ hierarchy, numbers, unit, columns, name }: {
  readonly hierarchy: Hierarchy;
  readonly numbers: TreeNumbers;
  readonly unit: string;
  /** The columns that divide the total, from the top: parts are called `Store type a`. */
  readonly columns: readonly string[];
  /** What a series is called. */
  readonly name: (id: string) => string;
}) {
  const { nodes, parents, depths, aggregates } = hierarchy;
  const partName = (at: number) => {
    const own = nodes[at]!.split(WITHIN).at(-1)!, column = (columns[depths[at]! - 1] ?? "").replaceAll("_", " ");
    return sentenceCase(own.startsWith(column) ? own : `${column} ${own}`);
  };
  const children = nodes.map((): number[] => []);
  nodes.forEach((_, at) => at > 0 && children[parents[at]!]!.push(at));
  // Parts by name; the series keep their order, which is that of all pages.
  for (const own of children) {
    own.sort((a, b) =>
      a < aggregates && b < aggregates ? nodes[a]!.localeCompare(nodes[b]!, "en", { numeric: true }) : a - b
    );
  }
  const line = (at: number) => (
    <>
      <span class="name">{at < aggregates ? partName(at) : name(nodes[at]!)}</span>
      <span class="number">{formatCount(numbers.forecast[at]!)}</span>
      <span class="number">{formatCount(numbers.planned[at]!)}</span>
      <span class="number quiet">
        {numbers.planned[0]! > 0 ? formatPercent(numbers.planned[at]! / numbers.planned[0]!, 1) : "–"}
      </span>
    </>
  );
  const node = (at: number) =>
    at < aggregates
      ? (
        <li data-node={nodes[at]} data-value={numbers.planned[at]}>
          <details open={at === 0 || undefined}>
            <summary>{line(at)}</summary>
            <ul>{children[at]!.map(node)}</ul>
          </details>
        </li>
      )
      : (
        <li data-node={nodes[at]} data-value={numbers.planned[at]}>
          <span class="leaf">{line(at)}</span>
        </li>
      );
  return (
    <div class="scroll tall" tabindex={0} role="region" aria-label="Forecasts from the total to the series">
      <div class="tree">
        <p class="head" aria-hidden="true">
          <span class="name">Part</span>
          <span class="number">Forecast ({unit})</span>
          <span class="number">With overrides</span>
          <span class="number">Share</span>
        </p>
        <ul>{node(0)}</ul>
      </div>
    </div>
  );
}
