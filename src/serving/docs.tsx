/**
 * The API's documentation: the OpenAPI document, and a page that draws it without asking another server.
 *
 * @module
 */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { Visited } from "@/serving/middleware/visit.ts";

/** Serves /openapi.json and /docs. */
export function docsRoutes(app: Hono<Visited>, document: object): void {
  const text = JSON.stringify(document);
  app.get("/openapi.json", (c) => {
    c.env.route = "/openapi.json";
    return new Response(text, { headers: { "content-type": "application/json" } });
  });
  app.get("/docs", (c) => {
    c.env.route = "/docs";
    return c.html(html`
      <!DOCTYPE html>${<DocsPage />}
    `);
  });
}

function DocsPage() {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API of shelfcast</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/swagger-ui.css" />
      </head>
      <body>
        <main id="docs">
          <noscript>This page draws /openapi.json with a script.</noscript>
        </main>
        <script src="/assets/swagger-ui.js"></script>
        <script src="/assets/docs.js"></script>
      </body>
    </html>
  );
}
