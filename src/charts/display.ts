/**
 * Figures in notebooks.
 *
 * @module
 */
import type { Figure } from "@/charts/figure.ts";
import { figureHtml } from "@/charts/show/figure_html.tsx";
import { staticSvg } from "@/charts/show/static_svg.ts";

/** What a notebook shows, by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A value that a notebook renders by asking it for a MIME bundle. */
export interface Displayable {
  /** Answers to `Symbol.for("Jupyter.display")` with what it looks like. */
  [key: symbol]: () => MimeBundle;
}

/**
 * Turns a MIME bundle into a value that a notebook shows when a cell ends with it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { displayable } from "@/charts/display.ts";
 *
 * expect(displayable({ "text/plain": "hello" })[Symbol.for("Jupyter.display")]!()).toEqual({ "text/plain": "hello" });
 * ```
 */
export function displayable(bundle: MimeBundle): Displayable {
  return { [Symbol.for("Jupyter.display")]: () => bundle };
}

/**
 * Shows a figure in a notebook: as Plotly JSON for JupyterLab, as HTML for pages that are made from the notebook, and as a
 * drawing that needs no script for previews that run none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { display } from "@/charts/display.ts";
 * import { makeFigure } from "@/charts/figure.ts";
 *
 * const figure = makeFigure({ title: "Sales rose", subtitle: "2015", data: [], table: { columns: [], rows: [] } });
 * const bundle = display(figure)[Symbol.for("Jupyter.display")]!();
 * expect(Object.keys(bundle)).toEqual(["application/vnd.plotly.v1+json", "text/html", "image/svg+xml", "text/plain"]);
 * expect(bundle["text/plain"]).toBe("Sales rose\n2015");
 * ```
 */
export function display(figure: Figure): Displayable {
  const { data, layout, config } = figure;
  return {
    [Symbol.for("Jupyter.display")]: () => ({
      // JupyterLab fits figures to its window itself; were they responsive too, they would take their height from an
      // output that has none, and vanish when the window changes.
      "application/vnd.plotly.v1+json": { data, layout, config: { ...config, responsive: false } },
      "text/html": figureHtml(figure),
      "image/svg+xml": staticSvg(figure),
      "text/plain": `${figure.title}\n${figure.subtitle}`,
    }),
  };
}
