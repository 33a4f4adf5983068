/**
 * The server as a function from requests to answers: wiring, and nothing else. It needs no port.
 *
 * @module
 */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { assetRoutes } from "@/serving/assets.ts";
import { answering } from "@/serving/answering.ts";
import { docsRoutes } from "@/serving/docs.tsx";
import { type Answerer, entrance, toldProblem } from "@/serving/entrance.ts";
import { RequestError } from "@/serving/errors.ts";
import { type Gate, TimeLimits, type Visit, type Visited } from "@/serving/middleware/mod.ts";
import { openApi } from "@/serving/openapi.ts";
import { pageRoutes } from "@/serving/pages/page_routes.tsx";
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

/** A server, as far as requests are concerned. */
export interface App {
  /** Answers a request. */
  fetch(request: Request): Promise<Response>;
  /** Answers a request for a path, for tests and notebooks. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Makes the app: every route of the API, its documentation, the pages and what they load.
 *
 * Routes whose path is a plain text are found by it; whatever has parts to read (`/assets/:name`) is Hono's work.
 */
export function createApp(
  services: Services,
  { gate = { closed: false }, address = () => "all" }: AppOptions = {},
): App {
  const { settings } = services;
  const router = new Hono<Visited>(), plain = new Map<string, Answerer>(), limits = new TimeLimits();
  const all = routes.flatMap((make) => make(services));
  for (const route of all) {
    const answer = answering(route, services, limits), method = route.method.toUpperCase();
    router.on(method, route.path, (c) => answer(c.req.raw, c.env, c.req.param()));
    if (!route.path.includes(":")) plain.set(`${method} ${route.path}`, (request, visit) => answer(request, visit, {}));
  }
  docsRoutes(router, openApi(all, services.dataset));
  assetRoutes(router);
  pageRoutes(router, services);
  reportRoutes(router, services);
  const methods = new Map<string, string[]>();
  for (const { path, method } of all) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  for (const [path, allowed] of methods) router.all(path, (c) => notAllowed(c.env, c.req.method, path, allowed));
  router.notFound((c) => toldProblem(c.env, NOTHING_HERE()));
  // What fails is told where everything is told: at the entrance.
  router.onError((error) => {
    throw error;
  });

  const fetch = entrance(services, (request, visit, path) => {
    const answer = plain.get(`${request.method} ${path}`);
    return answer === undefined ? router.fetch(request, visit) : answer(request, visit, path);
  }, { gate, address, ...settings.corsOrigins.length > 0 && { around: forOtherSites(settings.corsOrigins) } });
  return {
    fetch,
    request: (path, init) => fetch(new Request(`http://localhost${path}`, init)),
  };
}

/** Lets pages of other sites read the answers. */
function forOtherSites(origins: readonly string[]): (inside: Answerer) => Answerer {
  return (inside) => {
    const sites = new Hono<Visited>();
    sites.use(cors({ origin: [...origins] }));
    sites.all("*", (c) => inside(c.req.raw, c.env, c.req.path));
    return (request, visit) => sites.fetch(request, visit);
  };
}

const NOTHING_HERE = () =>
  new RequestError("There is nothing here: /docs lists what there is", {
    status: 404,
    kind: "not-found",
    title: "Not found",
  });

function notAllowed(visit: Visit, method: string, route: string, allowed: readonly string[]): Response {
  visit.route = route;
  const error = new RequestError(`Cannot ${method} this: send ${allowed.join(" or ")}`, {
    status: 405,
    kind: "method-not-allowed",
    title: "Method not allowed",
  });
  const response = toldProblem(visit, error);
  response.headers.set("allow", allowed.join(", "));
  return response;
}
