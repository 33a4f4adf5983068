/**
 * What pages load, from this machine's disk: no page of ours asks another server for anything.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import { plotScript, stylesheet } from "@/charts/mod.ts";
import { DASHBOARD_STYLE } from "@/serving/pages/dashboard_style.ts";
import type { Visited } from "@/serving/middleware/visit.ts";

const JS = "text/javascript; charset=utf-8", CSS = "text/css; charset=utf-8";

/** Name below /assets/ → media type, and where the bytes come from. An entry here is all that a new asset takes. */
const ASSETS: Readonly<Record<string, { readonly type: string; readonly read: () => Promise<string> | string }>> = {
  "style.css": { type: CSS, read: () => stylesheet() + DASHBOARD_STYLE },
  "htmx.js": { type: JS, read: () => ofPackage("htmx.org/dist/htmx.min.js") },
  "plotly.js": { type: JS, read: () => ofPackage("plotly.js-cartesian-dist-min") },
  "plot.js": { type: JS, read: () => plotScript() },
  "dashboard.js": { type: JS, read: () => ofProject("./pages/dashboard.js") },
  "docs.js": { type: JS, read: () => ofProject("./docs.js") },
  "swagger-ui.js": { type: JS, read: () => ofPackage("swagger-ui-dist/swagger-ui-bundle.js") },
  "swagger-ui.css": { type: CSS, read: () => ofPackage("swagger-ui-dist/swagger-ui.css") },
};

function ofPackage(specifier: string): Promise<string> {
  return Deno.readTextFile(fileURLToPath(import.meta.resolve(specifier)));
}

function ofProject(path: string): Promise<string> {
  return Deno.readTextFile(fileURLToPath(new URL(path, import.meta.url)));
}

/** Serves the assets; each is read once. */
export function assetRoutes(app: Hono<Visited>): void {
  const memory = new Map<string, Promise<string>>();
  app.get("/assets/:name", async (c) => {
    c.env.route = "/assets/:name";
    const name = c.req.param("name"), asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (asset === undefined) return c.notFound();
    let text = memory.get(name);
    if (text === undefined) memory.set(name, text = Promise.resolve(asset.read()));
    return new Response(await text, {
      headers: { "content-type": asset.type, "cache-control": "public, max-age=3600" },
    });
  });
}
