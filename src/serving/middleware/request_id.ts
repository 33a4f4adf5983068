/**
 * A name for every request, which the answer, the log and a problem all have.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";

/** What middleware tells the routes behind it. */
export interface Variables {
  requestId: string;
  /** The route's own path, for metrics: `/v2/models/:name/infer`. */
  route: string;
  /** The kind of problem, where the answer is one. */
  problem: string;
}

let counter = 0;
const PROCESS = crypto.randomUUID().slice(0, 8);

/** Takes the client's `X-Request-Id` where it is a plain word, or else makes one. */
export function requestId(): MiddlewareHandler<{ Variables: Variables }> {
  return async function requestId(c, next) {
    const given = c.req.header("x-request-id");
    const id = given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : `${PROCESS}-${(++counter).toString(36)}`;
    c.set("requestId", id);
    await next();
    c.header("x-request-id", id);
  };
}
