/**
 * A dashboard: the answer, three figures, and the charts that they come from, on one page.
 *
 * @module
 */
import { raw } from "hono/html";
import type { Figure } from "@/charts/figure.ts";
import { figureHtml } from "@/charts/show/figure_html.tsx";
import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";

/** One number of a dashboard, large: `RMSPE on the holdout`, `14.2 %`, `−38 % v. seasonal naive`. */
export interface DashboardNumber {
  /** What is counted: `RMSPE on the holdout`. */
  readonly label: string;
  /** The number as text, with its unit: `14.2 %`. */
  readonly value: string;
  /** What it is compared with, small: `−38 % v. seasonal naive`. */
  readonly detail: string;
}

/** What a dashboard shows. */
export interface Dashboard {
  /** What it is about, small, above the answer. */
  readonly about: string;
  /** The answer, in one sentence. */
  readonly answer: string;
  /** Three of them stand side by side. */
  readonly numbers: readonly DashboardNumber[];
  /** The charts below the numbers, in order. */
  readonly figures: readonly Figure[];
}

/**
 * Lays a dashboard out as one HTML file that opens anywhere, with no network.
 *
 * @param options `plotly` is the text of Plotly's browser build, for charts that answer to the mouse; without it the page
 * runs no script and shows the static drawings.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dashboardPage } from "@/charts/show/dashboard_page.tsx";
 * import { makeFigure } from "@/charts/figure.ts";
 *
 * const data = [{ type: "bar" as const, x: ["a", "b"], y: [1, 2] }];
 * const figure = makeFigure({ title: "b sells twice", subtitle: "2015", data, table: { columns: [], rows: [] } });
 * const page = dashboardPage({ about: "two shops", answer: "Shop b sells twice as much.", numbers: [], figures: [figure] });
 * expect(page).toContain("<h1>Shop b sells twice as much.</h1>");
 * expect(page).toContain("<svg");
 * ```
 */
export function dashboardPage(
  { about, answer, numbers, figures }: Dashboard,
  { plotly }: { readonly plotly?: string } = {},
): string {
  const body = (
    <main class="page">
      <header>
        <p class="eyebrow">{about}</p>
        <h1>{answer}</h1>
        <dl class="answer">
          {numbers.map(({ label, value, detail }) => (
            <div>
              <dt>{label}</dt>
              <dd class="figure">{value}</dd>
              <dd class="detail">{detail}</dd>
            </div>
          ))}
        </dl>
      </header>
      <section aria-labelledby="charts">
        <h2 id="charts">Charts</h2>
        <div class="pair">{figures.map((figure) => raw(figureHtml(figure)))}</div>
      </section>
    </main>
  );
  return pageOfFigures({ title: answer, body: body.toString(), ...(plotly === undefined ? {} : { plotly }) });
}
