/**
 * Reports and data docs, as they lie in the working folder: the pages link to them.
 *
 * @module
 */
import type { Hono } from "hono";
import type { Visited } from "@/serving/middleware/visit.ts";
import type { Services } from "@/serving/services.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  csv: "text/csv; charset=utf-8",
};

/** What a report may do: it carries its own scripts, and asks nobody for anything. */
const ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; " +
  "font-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Adds `/reports/…`: pages, JSON and CSV below the folder `reports`, nothing else and nothing outside of it. */
export function reportRoutes(app: Hono<Visited>, { store }: Pick<Services, "store">): void {
  app.get("/reports/:path{[\\w.-]+(?:/[\\w.-]+)*}", async (c) => {
    c.env.route = "/reports";
    const path = c.req.param("path"), type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
    if (type === undefined || path.split("/").some((part) => part.startsWith("."))) return c.notFound();
    const bytes = await store.get(`reports/${path}`);
    if (bytes === undefined) return c.notFound();
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
      "content-type": type,
      ...type.startsWith("text/html") && { "content-security-policy": ALONE },
    });
  });
}
