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
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 * import { createApp } from "@/serving/app.ts";
 * import { batchForecast } from "@/serving/batch_forecast.ts";
 * import { registrySource } from "@/serving/model/registry_source.ts";
 * import { flagsOf } from "@/serving/pages/parts/fan_of.ts";
 * import { closeServices, openServices } from "@/serving/serve.ts";
 * import { replayDay } from "@/serving/skew.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * await pipeline(context);
 * // A notebook may serve what nobody has approved; `deployedSource` demands a signature.
 * const services = openServices(context, { source: registrySource(context, { unapproved: true }), workers: 0 });
 * await services.models.swap();
 * const app = createApp(services), model = services.models.answerer();
 * const body = JSON.stringify({ unique_id: "1", ds: model.origin });
 * const headers = { "content-type": "application/json" };
 * const { prediction } = await (await app.request("/predict", { method: "POST", headers, body })).json();
 * expect(prediction).toBeGreaterThanOrEqual(0);
 * expect((await app.request("/nowhere")).status).toBe(404);
 *
 * // The batch says the same, and what was served has the features that training computes.
 * expect((await batchForecast(model, services.forecasts, { now: context.now })).rows).toBe(3 * 42);
 * const [first] = await services.forecasts.forecasts({ uniqueId: "1" });
 * expect(first!.yHat).toBe(prediction);
 * await services.served.flush();
 * const { rows, matched } = await replayDay(context, services.forecasts, model.card, context.now().toString().slice(0, 10));
 * expect([rows, matched]).toEqual([1, 1]);
 * expect(flagsOf(model.profile, { promo: 1, open: 0 })).toEqual({ promo: true, holiday: false, closed: true });
 * await closeServices(services);
 * ```
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
