/**
 * Tables in notebooks.
 *
 * @module
 */
import { raw } from "hono/html";
import { type Displayable, displayable } from "@/charts/display.ts";
import type { FigureTable } from "@/charts/figure.ts";
import { DataTable } from "@/charts/report/data_table.tsx";

/** What JupyterLab does not know and our own pages do. */
const STYLE =
  ".shown table td,.shown table th{text-align:left;vertical-align:top}.shown table caption{text-align:left}" +
  ".shown table .number{text-align:right;font-variant-numeric:tabular-nums}";

/**
 * Shows a table of texts: columns of numbers to the right, a caption with what one should know of them.
 *
 * @param options `caption` names the table, with its shape or unit; `wide` are columns of sentences.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showTable } from "@/charts/show/show_table.tsx";
 *
 * const shown = showTable({ columns: ["shop", "sales"], rows: [["1", "5,263"]] }, { caption: "1 row, EUR a day" });
 * const { "text/plain": text } = shown[Symbol.for("Jupyter.display")]!();
 * expect(text).toBe("1 row, EUR a day\nshop  sales\n1     5,263");
 * ```
 */
export function showTable(
  table: FigureTable,
  { caption, wide = [], verbatim = false }: {
    readonly caption: string;
    readonly wide?: readonly number[];
    /** The columns are names of data, and stay as they are written. */
    readonly verbatim?: boolean;
  },
): Displayable {
  const html = (
    <div class="shown">
      <style>{raw(STYLE)}</style>
      <DataTable table={table} caption={caption} wide={wide} verbatim={verbatim} />
    </div>
  ).toString();
  return displayable({ "text/html": leftAligned(html), "text/plain": `${caption}\n${aligned(table)}` });
}

/** JupyterLab puts every cell to the right and drops styles of our own, but keeps those that stand in the cell. */
function leftAligned(html: string): string {
  return html.replaceAll(/<(th|td)(?=[ >])(?![^>]*class="number")/g, '<$1 style="text-align:left"');
}

function aligned({ columns, rows }: FigureTable): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, k) => Math.max(...lines.map((line) => (line[k] ?? "").length)));
  return lines.map((line) => line.map((text, k) => text.padEnd(widths[k]!)).join("  ").trimEnd()).join("\n");
}
