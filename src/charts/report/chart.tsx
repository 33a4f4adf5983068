/**
 * A chart on a page: its finding as a heading, the drawing, and its numbers behind a disclosure.
 *
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Figure } from "@/charts/figure.ts";
import { DataTable } from "@/charts/report/data_table.tsx";

/**
 * A chart; the page's script draws the figure of that id into it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { Chart } from "@/charts/mod.ts";
 *
 * const figure = {
 *   title: "Mondays sell most",
 *   subtitle: "30 shops, 2014",
 *   data: [],
 *   layout: {},
 *   config: {},
 *   table: { columns: ["day", "sales"], rows: [["Monday", "7,100"]] },
 * };
 * expect(String(Chart({ id: "weekdays", figure }))).toContain('data-figure="weekdays"');
 * ```
 */
export function Chart({ id, figure }: { readonly id: string; readonly figure: Figure }): JSX.Element {
  return (
    <figure>
      <figcaption>
        <h3>{figure.title}</h3>
        <p class="quiet">{figure.subtitle}</p>
      </figcaption>
      <div class="plot" data-figure={id} role="img" aria-label={`Chart: ${figure.title}`}></div>
      <details>
        <summary>
          Numbers of this chart<span class="hidden">: {figure.title}</span>
        </summary>
        <DataTable table={figure.table} caption={figure.subtitle} />
      </details>
    </figure>
  );
}
