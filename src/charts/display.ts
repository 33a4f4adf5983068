/**
 * Figures in notebooks.
 *
 * @module
 */
import type { Figure } from "@/charts/figure.ts";

/** What a notebook shows, by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A value that a notebook renders by asking it for a MIME bundle. */
export interface Displayable {
  [key: symbol]: () => MimeBundle;
}

/**
 * Turns a value into JSON that is safe inside an HTML script element, whatever texts it holds.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scriptJson } from "@/charts/display.ts";
 *
 * expect(scriptJson("</script>")).toBe('"\\u003c/script>"');
 * ```
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}

/**
 * Shows a figure in a notebook: as Plotly JSON for JupyterLab, and as HTML for pages that are made from the notebook and
 * that carry Plotly once in their head.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { display } from "@/charts/display.ts";
 * import { makeFigure } from "@/charts/figure.ts";
 *
 * const figure = makeFigure({ title: "Sales rose", subtitle: "2015", data: [], table: { columns: [], rows: [] } });
 * const bundle = display(figure)[Symbol.for("Jupyter.display")]!();
 * expect(Object.keys(bundle)).toEqual(["application/vnd.plotly.v1+json", "text/html"]);
 * ```
 */
export function display(figure: Figure): Displayable {
  const { data, layout, config } = figure;
  return {
    [Symbol.for("Jupyter.display")]: () => ({
      "application/vnd.plotly.v1+json": { data, layout, config },
      // The script stands right behind its div, so that it needs no id; it waits for Plotly if that comes later.
      "text/html": `<div></div><script>(() => {
  const div = document.currentScript.previousElementSibling;
  const figure = ${scriptJson({ data, layout, config })};
  const draw = () => Plotly.newPlot(div, figure.data, figure.layout, figure.config);
  if (globalThis.Plotly) draw(); else addEventListener("load", draw);
})();</script>`,
    }),
  };
}
