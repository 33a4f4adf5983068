/**
 * Serves the pages: whole to browsers, in part to htmx.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { Failed, Layout, NoModel } from "@/serving/pages/layout.tsx";
import { pages } from "@/serving/pages/mod.ts";
import type { Page } from "@/serving/pages/page.ts";
import { problemOf } from "@/serving/problem.ts";
import type { Visited } from "@/serving/middleware/visit.ts";
import type { Services } from "@/serving/services.ts";

type AppContext = Context<Visited>;

/** Adds `/` and `/dashboard/<name>` for every page. */
export function pageRoutes(app: Hono<Visited>, services: Services): void {
  app.get("/", (c) => {
    c.env.route = "/";
    const { state } = services.models;
    if (!c.req.header("accept")?.includes("text/html")) {
      return c.json({
        status: "running",
        dataset: services.dataset.profile.name,
        model: state.ready ? { name: state.model.name, version: state.model.version } : null,
        docs: "/docs",
      });
    }
    return show(c, services, pages[0]!);
  });
  app.get("/dashboard", (c) => c.redirect("/"));
  for (const page of pages) app.get(`/dashboard/${page.name}`, (c) => show(c, services, page));
}

async function show(c: AppContext, services: Services, page: Page): Promise<Response> {
  c.env.route = `/dashboard/${page.name}`;
  const part = c.req.header("hx-request") === "true", target = c.req.header("hx-target");
  const { state } = services.models, dataset = services.dataset.profile.name;
  let content: Child, status: 200 | 404 | 422 | 500 | 503 = 200;
  if (page.needsModel && !state.ready) content = <NoModel why={state.why} dataset={dataset} />;
  else {
    try {
      const query = new URL(c.req.raw.url).searchParams;
      content = await page.render({ services, query, ...target !== undefined && { target } });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) services.log.error("page failed", { page: page.name, error });
      status = problem.status as typeof status;
      c.env.problem = problem.type.slice("/problems/".length);
      content = <Failed problem={problem} id={c.env.id} />;
    }
  }
  // htmx shows only what succeeded, and this is meant to be seen.
  if (part) return c.html(<>{content}</>, 200);
  return c.html(
    html`
      <!DOCTYPE html>${<Layout page={page} pages={pages} state={state} dataset={dataset}>{content}</Layout>}
    `,
    status,
  );
}
