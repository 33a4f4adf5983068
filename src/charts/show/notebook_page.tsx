/**
 * A notebook as a page: one HTML file that opens anywhere, with no network.
 *
 * @module
 */
import { raw } from "hono/html";
import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";
import { type } from "@/charts/theme.ts";

/** What a page is made of. */
export interface NotebookPage {
  /** The notebook's title, as the page's. */
  readonly title: string;
  /** The notebook's cells and outputs as HTML. */
  readonly body: string;
  /** The text of Plotly's browser build. */
  readonly plotly: string;
  /** Where it was run: `rossmann, embedded data`. */
  readonly about: string;
  /** The notebooks before and after it, as links. */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

/**
 * Lays an executed notebook out as a self-contained page in the house look, drawn by the same script as reports are.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { notebookPage } from "@/charts/show/notebook_page.tsx";
 *
 * const page = notebookPage({ title: "Explore", body: "<h1>Explore</h1>", plotly: "", about: "rossmann" });
 * expect(page).toContain("<h1>Explore</h1>");
 * expect(page).not.toContain("http://");
 * ```
 */
export function notebookPage({ title, body, plotly, about, links = [] }: NotebookPage): string {
  const main = (
    <main class="page notebook">
      <p class="eyebrow">{about}</p>
      {raw(body)}
      {links.length > 0
        ? (
          <nav aria-label="Notebooks">
            <ul>
              {links.map(({ href, text }) => (
                <li>
                  <a href={href}>{text}</a>
                </li>
              ))}
            </ul>
          </nav>
        )
        : ""}
    </main>
  );
  return pageOfFigures({
    title: `${title}: shelfcast notebook`,
    body: main.toString(),
    style: notebookStyle(),
    plotly,
  });
}

/** What notebooks have and reports do not: prose between code, and code. */
function notebookStyle(): string {
  const space = (steps: number) => `${steps * type.step}px`;
  return `
/* Wide enough for a line of code: 120 characters. */
.notebook { max-width: 1064px; }
.notebook h2 { margin: ${space(12)} 0 ${space(2)}; padding-top: ${space(6)}; border-top: 1px solid var(--hairline); }
.notebook blockquote { margin: 0 0 ${space(6)}; color: var(--muted); font-size: 19px; }
.notebook .cell { margin: ${space(3)} 0; }
.notebook .text_cell p { margin: ${space(2)} 0; }
.notebook .input_area, .notebook .output_text { overflow-x: auto; }
.notebook pre { margin: 0; font: 13px/1.55 ${type.mono}; }
.notebook .input_area { background: var(--raised); border: 1px solid var(--hairline); border-radius: 6px;
  padding: ${space(3)} ${space(4)}; }
.notebook .output_area { margin: ${space(3)} 0; min-width: 0; }
.notebook .output_text pre, .notebook .output_stream pre { color: var(--muted); white-space: pre-wrap; overflow-wrap: anywhere; }
.notebook .output_subarea figure { margin-top: ${space(2)}; }
.notebook .output_subarea > table, .notebook .text_cell table, .notebook .text_cell pre { display: block; max-width: 100%;
  overflow-x: auto; }
.notebook img { max-width: 100%; height: auto; }
.notebook table { width: auto; min-width: min(100%, 480px); }
.notebook .scroll table { width: 100%; }
.notebook .shown td:not(.wide) { white-space: nowrap; } .notebook td.wide { min-width: 10em; }
.notebook nav { margin-top: ${space(12)}; border-top: 1px solid var(--hairline); }
.notebook ul.cards { list-style: none; padding: 0; display: grid; gap: ${space(3)}; }
.notebook ul.cards li > * { display: block; border: 1px solid var(--hairline); border-radius: 6px;
  padding: ${space(4)} ${space(5)}; text-decoration: none; color: var(--ink); }
.notebook ul.cards a:hover { border-color: var(--accent); }
.notebook ul.cards a strong { color: var(--accent); }
.notebook ul.cards span { display: block; color: var(--muted); font-size: ${type.small}px; }
.highlight .k, .highlight .kd, .highlight .kr, .highlight .kc, .highlight .kt, .highlight .o, .highlight .ow { color: var(--violet); }
.highlight .s, .highlight .s1, .highlight .s2, .highlight .sb, .highlight .sr { color: var(--good); }
.highlight .c1, .highlight .cm, .highlight .c { color: var(--muted); }
.highlight .m, .highlight .mf, .highlight .mi, .highlight .nb { color: var(--amber); }
@media (max-width: 640px) { .notebook blockquote { font-size: 17px; } .notebook .input_area { padding: ${space(2)} ${
    space(3)
  }; } }
`;
}
