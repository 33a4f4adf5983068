/**
 * What all pages share: the navigation, which model is behind them, and the states in which a page has nothing to show.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import type { Page } from "@/serving/pages/page.ts";
import type { Problem } from "@/serving/problem.ts";
import type { State } from "@/serving/models.ts";

/** A whole page. */
export function Layout({ page, pages, state, dataset, children }: {
  readonly page: Pick<Page, "name" | "title">;
  readonly pages: readonly Page[];
  readonly state: State;
  readonly dataset: string;
  readonly children?: Child;
}) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{page.title} · shelfcast</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/htmx.js" defer></script>
        <script src="/assets/plotly.js" defer></script>
        <script src="/assets/plot.js" defer></script>
        <script src="/assets/dashboard.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">shelfcast</a>
          <nav aria-label="Pages">
            <ul>
              {pages.map(({ name, title }) => (
                <li>
                  <a href={`/dashboard/${name}`} aria-current={name === page.name ? "page" : undefined}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
          <span class="model quiet">{modelLine(state, dataset)}</span>
        </header>
        <p id="lost" class="state" role="alert" hidden>
          The server does not answer, so this is not what you asked for: see whether it still runs, then try again.
        </p>
        <main class="page" id="content">{children}</main>
      </body>
    </html>
  );
}

function modelLine(state: State, dataset: string): string {
  if (!state.ready) return `${dataset}: no model answers`;
  const { name, version, card, origin } = state.model;
  return `${name} version ${version} (${card.champion}), forecasts from ${origin}`;
}

/** There is no model yet, or it was refused: what to do, with the command to copy. */
export function NoModel({ why, dataset }: { readonly why: string; readonly dataset: string }) {
  return (
    <div class="state" role="status">
      <h1>No model answers yet</h1>
      <p>{why}</p>
      <p>
        A forecast needs a model that was trained, approved and deployed. To see one on the embedded data, run:
      </p>
      <pre><code>make demo</code></pre>
      <p class="quiet">
        Or step by step: <code>deno task pipeline --dataset {dataset}</code>, then approve and deploy the version.
      </p>
    </div>
  );
}

/** Something failed: what, what still works, what to do. */
export function Failed({ problem, id }: { readonly problem: Problem; readonly id: string }) {
  return (
    <div class="state" role="alert">
      <h1>{problem.title}</h1>
      <p>{problem.detail}</p>
      {problem.nearest && (
        <p>
          The nearest: {problem.nearest.join(", ")}
        </p>
      )}
      <p class="quiet">The other pages still work. Request {id}.</p>
    </div>
  );
}

/** A page has nothing to show yet: what fills it. */
export function Empty({ title, children, command }: {
  readonly title: string;
  readonly children?: Child;
  readonly command?: string;
}) {
  return (
    <div class="state" role="status">
      <h1>{title}</h1>
      {children}
      {command !== undefined && <pre><code>{command}</code></pre>}
    </div>
  );
}
