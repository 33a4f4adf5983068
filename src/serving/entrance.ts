/**
 * The way in and out of the server, the same for every request: a name, the guards, the limits, the count.
 *
 * @module
 */
import {
  apiKeys,
  type Gate,
  type Guard,
  measure,
  rateLimit,
  secure,
  turnstile,
  type Visit,
  visitOf,
} from "@/serving/middleware/mod.ts";
import { problemOf, problemResponse } from "@/serving/problem.ts";
import type { Services } from "@/serving/services.ts";

/** Answers a request that was let in. */
export type Answerer = (request: Request, visit: Visit, path: string) => Response | Promise<Response>;

/** What else an entrance may be told. */
export interface EntranceOptions {
  /** Closed when the server shuts down. */
  readonly gate: Gate;
  /** Tells a client's address, for its share of requests. */
  readonly address: (request: Request) => string;
  /** Wraps what lies behind the count: other sites' pages may have to read what the guards say. */
  readonly around?: (inside: Answerer) => Answerer;
}

/** Builds the way in and out around what answers. */
export function entrance(
  { settings, metrics, log }: Pick<Services, "settings" | "metrics" | "log">,
  answer: Answerer,
  { gate, address, around = (inside) => inside }: EntranceOptions,
): (request: Request) => Promise<Response> {
  const client = (request: Request) => request.headers.get("x-api-key") ?? address(request);
  const guards: readonly Guard[] = [
    ...settings.apiKeys.length > 0 ? [apiKeys(settings.apiKeys)] : [],
    ...settings.perSecond < Infinity ? [rateLimit(settings.perSecond, { client })] : [],
  ];
  const { enter, leave } = turnstile(settings.concurrency, gate), note = measure(metrics, log);
  const visited = around(inside);
  return async function come(request) {
    const visit = visitOf(request);
    metrics.inFlight.inc();
    try {
      const response = await visited(request, visit, pathOf(request.url)), { headers } = response;
      secure(headers);
      headers.set("x-request-id", visit.id);
      note(visit, request.method, response.status);
      return response;
    } finally {
      metrics.inFlight.dec();
    }
  };

  async function inside(request: Request, visit: Visit, path: string): Promise<Response> {
    let entered = false;
    try {
      for (const guard of guards) guard(request, path);
      entered = enter(path);
      return await answer(request, visit, path);
    } catch (error) {
      if (problemOf(error).status === 500) log.error("our fault", { id: visit.id, error });
      return toldProblem(visit, error);
    } finally {
      if (entered) leave();
    }
  }
}

/** Tells an error as a problem, and writes its kind down. */
export function toldProblem(visit: Visit, error: unknown): Response {
  const problem = problemOf(error);
  visit.problem = problem.type.slice("/problems/".length);
  return problemResponse(problem, visit.id);
}

/** The path of an absolute address, as it was sent. */
function pathOf(url: string): string {
  const from = url.indexOf("/", url.indexOf("://") + 3), query = url.indexOf("?", from);
  return query < 0 ? url.slice(from) : url.slice(from, query);
}
