/**
 * A figure as HTML inside a notebook: a drawing that needs no script, the figure for a page that has one, its numbers.
 *
 * @module
 */
import { raw } from "hono/html";
import type { Figure } from "@/charts/figure.ts";
import { DataTable } from "@/charts/report/data_table.tsx";
import { scriptJson } from "@/charts/script_json.ts";
import { staticSvg } from "@/charts/show/static_svg.ts";

/** Marks the JSON of a figure in a page, where `pageOfFigures` collects it. */
export const FIGURE_JSON = "shelfcast-figure";

/**
 * The HTML of a figure: its finding as a heading, the static drawing, and its numbers behind a disclosure.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { figureHtml } from "@/charts/mod.ts";
 *
 * const figure = {
 *   title: "Mondays sell most",
 *   subtitle: "30 shops, 2014",
 *   data: [],
 *   layout: {},
 *   config: {},
 *   table: { columns: ["day", "sales"], rows: [["Monday", "7,100"]] },
 * };
 * expect(figureHtml(figure)).toContain("Mondays sell most");
 * ```
 */
export function figureHtml(figure: Figure): string {
  const { title, subtitle, data, layout, config, table } = figure;
  const { template: _, ...own } = layout;
  const payload = scriptJson({ title, subtitle, data, layout: own, config });
  return (
    <figure>
      <figcaption>
        <h3>{title}</h3>
        <p class="quiet">{subtitle}</p>
      </figcaption>
      <div class="plot" role="img" aria-label={`Chart: ${title}`}>{raw(staticSvg(figure, { titled: false }))}</div>
      <script type="application/json" class={FIGURE_JSON}>{raw(payload)}</script>
      {table.rows.length > 0
        ? (
          <details>
            <summary>
              Numbers of this chart<span class="hidden" hidden>: {title}</span>
            </summary>
            <DataTable table={table} caption={subtitle} />
          </details>
        )
        : ""}
    </figure>
  ).toString();
}
