/**
 * The server as a function from requests to answers: wiring, and nothing else. It needs no port.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { RequestError } from "@/serving/errors.ts";
import {
  apiKeys,
  concurrency,
  type Gate,
  measure,
  rateLimit,
  requestId,
  securityHeaders,
  type Variables,
} from "@/serving/middleware/mod.ts";
import { assetRoutes } from "@/serving/assets.ts";
import { openApi } from "@/serving/openapi.ts";
import { docsRoutes } from "@/serving/docs.tsx";
import { pageRoutes } from "@/serving/pages/page_routes.tsx";
import { problemOf, problemResponse } from "@/serving/problem.ts";
import { answering } from "@/serving/answering.ts";
import { reportRoutes } from "@/serving/report_routes.ts";
import { routes } from "@/serving/routes/mod.ts";
import type { Services } from "@/serving/services.ts";

/** What else a server may be told. */
export interface AppOptions {
  /** Closed when the server shuts down. */
  readonly gate?: Gate;
  /** Tells a client's address, for its share of requests. */
  readonly address?: (request: Request) => string;
}

/** Wires a server. */
export type App = Hono<{ Variables: Variables }>;

/**
 * Makes the app: every route of the API, its documentation, the pages and what they load.
 */
export function createApp(
  services: Services,
  { gate = { closed: false }, address = () => "all" }: AppOptions = {},
): App {
  const { settings, metrics, log } = services;
  const app: App = new Hono();
  const client = (request: Request) => request.headers.get("x-api-key") ?? address(request);
  app.use(requestId(), measure(metrics, log), securityHeaders());
  if (settings.corsOrigins.length > 0) app.use(cors({ origin: [...settings.corsOrigins] }));
  app.use(
    apiKeys(settings.apiKeys),
    rateLimit(settings.perSecond, { client }),
    concurrency(settings.concurrency, gate),
  );

  const all = routes.flatMap((make) => make(services));
  for (const route of all) app.on(route.method.toUpperCase(), route.path, answering(route, services));
  const document = openApi(all, services.dataset);
  docsRoutes(app, document);
  assetRoutes(app);
  pageRoutes(app, services);
  reportRoutes(app, services);
  const methods = new Map<string, string[]>();
  for (const { path, method } of all) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  for (const [path, allowed] of methods) app.all(path, (c) => notAllowed(c, path, allowed));

  app.notFound((c) => {
    const missing = new RequestError("There is nothing here: /docs lists what there is", {
      status: 404,
      kind: "not-found",
      title: "Not found",
    });
    return told(c, missing);
  });
  app.onError((error, c) => {
    if (problemOf(error).status === 500) log.error("our fault", { id: c.get("requestId"), error });
    return told(c, error);
  });
  return app;
}

type AppContext = Context<{ Variables: Variables }>;

function told(c: AppContext, error: unknown): Response {
  const problem = problemOf(error);
  c.set("problem", problem.type.slice("/problems/".length));
  return problemResponse(problem, c.get("requestId"));
}

function notAllowed(c: AppContext, route: string, allowed: readonly string[]): Response {
  c.set("route", route);
  const error = new RequestError(`Cannot ${c.req.method} this: send ${allowed.join(" or ")}`, {
    status: 405,
    kind: "method-not-allowed",
    title: "Method not allowed",
  });
  const response = told(c, error);
  response.headers.set("allow", allowed.join(", "));
  return response;
}
