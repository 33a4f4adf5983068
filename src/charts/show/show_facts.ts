/**
 * Facts in notebooks: a name and a value, line by line.
 *
 * @module
 */
import type { Displayable } from "@/charts/display.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows named facts as a table of two columns; undefined ones are left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showFacts } from "@/charts/show/show_facts.ts";
 *
 * const shown = showFacts({ dataset: "rossmann", note: undefined }, { caption: "What is run" });
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toBe("What is run\nfact     value\ndataset  rossmann");
 * ```
 */
export function showFacts(
  facts: Readonly<Record<string, string | undefined>>,
  { caption }: { readonly caption: string },
): Displayable {
  const rows = Object.entries(facts).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
  return showTable({ columns: ["fact", "value"], rows }, { caption, wide: [1] });
}
