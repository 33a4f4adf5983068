/**
 * A figure on a page of the dashboard.
 *
 * @module
 */
import { raw } from "hono/html";
import { Chart, type Figure, scriptJson } from "@/charts/mod.ts";

/** A chart and what it draws; the page's script finds one by the other. */
export function Plot({ id, figure }: { readonly id: string; readonly figure: Figure }) {
  const { data, layout: { template: _, ...layout }, config, title, subtitle } = figure;
  return (
    <div class="drawn">
      <Chart id={id} figure={figure} />
      <script type="application/json" id={`figure-${id}`}>
        {raw(scriptJson({ data, layout, config, title, subtitle }))}
      </script>
    </div>
  );
}
