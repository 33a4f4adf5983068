/**
 * A page that shows figures: one HTML file that opens anywhere, with no network.
 *
 * @module
 */
import { raw } from "hono/html";
import client from "@/charts/report/client.js" with { type: "text" };
import plot from "@/charts/report/plot.js" with { type: "text" };
import { scriptJson } from "@/charts/script_json.ts";
import { FIGURE_JSON } from "@/charts/show/figure_html.tsx";
import { stylesheet } from "@/charts/stylesheet.ts";
import { darkColours, figureTemplate } from "@/charts/theme.ts";

/** What such a page is made of. */
export interface PageOfFigures {
  /** The browser tab's title. */
  readonly title: string;
  /** What stands in the page's body; figures in it come from `figureHtml`. */
  readonly body: string;
  /** Style beyond the house stylesheet. */
  readonly style?: string;
  /** The text of Plotly's browser build. Without it the page runs no script and shows the static drawings. */
  readonly plotly?: string;
}

/**
 * Lays a body with figures out as a self-contained page in the house look, by day and by night.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";
 *
 * const page = pageOfFigures({ title: "Sales", body: "<h1>Sales</h1>" });
 * expect(page).toContain("<h1>Sales</h1>");
 * expect(page).not.toContain("<script");
 * ```
 */
export function pageOfFigures({ title, body, style = "", plotly }: PageOfFigures): string {
  const { html, figures } = plotly === undefined ? withDrawings(body) : collectFigures(body);
  const csp =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-src 'self'";
  const payload = `{"template":${scriptJson(figureTemplate())},"dark":${scriptJson(darkColours())},"figures":{${
    figures.map((figure, k) => `"${k}":${figure}`).join(",")
  }}}`;
  const scripts = plotly === undefined || figures.length === 0 ? [] : [plotly, plot + client];
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={csp} />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style>{raw(stylesheet() + style)}</style>
      </head>
      <body>
        {raw(html)}
        {scripts.length > 0 ? <script type="application/json" id="figures">{raw(payload)}</script> : ""}
        {scripts.map((script) => <script>{raw(scriptText(script))}</script>)}
      </body>
    </html>
  );
  return `<!doctype html>\n${page.toString()}\n`;
}

interface Collected {
  readonly html: string;
  readonly figures: readonly string[];
}

/** A figure in HTML: its attributes, the static drawing, and what Plotly needs. Exporters sort attributes. */
const figurePattern = () =>
  new RegExp(
    `<div ([^>]*class="plot"[^>]*)>([\\s\\S]*?)</div>\\s*<script [^>]*class="${FIGURE_JSON}"[^>]*>([\\s\\S]*?)</script>`,
    "g",
  );

/** Takes the figures out of a body, and leaves a place for each that the page's script draws into. */
function collectFigures(body: string): Collected {
  const figures: string[] = [];
  const html = body.replaceAll(figurePattern(), (_, attributes: string, _drawing: string, figure: string) => {
    figures.push(figure);
    return `<div data-figure="${figures.length - 1}" ${attributes}></div>`;
  });
  return { html, figures };
}

/** Keeps the static drawings, and drops what only a script could use. */
function withDrawings(body: string): Collected {
  const html = body.replaceAll(
    figurePattern(),
    (_, attributes: string, drawing: string) => `<div ${attributes}>${drawing}</div>`,
  );
  return { html, figures: [] };
}

/** Keeps a script's own text from ending the script element that it stands in. */
function scriptText(text: string): string {
  return text.replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
}
