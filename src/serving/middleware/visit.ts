/**
 * A request on its way through the server: what the answer, the log and the metrics call it.
 *
 * @module
 */

/** What is known of a request besides itself; whoever learns more writes it down. */
export interface Visit {
  /** Its name, which the answer, the log and a problem all have. */
  readonly id: string;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly started: number;
  /** The route's own path, for metrics: `/v2/models/:name/infer`; `other` until one is found. */
  route: string;
  /** The kind of problem, where the answer is one. */
  problem: string | undefined;
}

/** What pages and routes behind Hono see as `c.env`. */
export interface Visited {
  Bindings: Visit;
}

let counter = 0;
const PROCESS = crypto.randomUUID().slice(0, 8);

/** Begins a visit: takes the client's `X-Request-Id` where it is a plain word, or else makes a name. */
export function visitOf(request: Request): Visit {
  const given = request.headers.get("x-request-id");
  const id = given !== null && /^[\w.-]{1,64}$/.test(given) ? given : `${PROCESS}-${(++counter).toString(36)}`;
  return { id, started: performance.now(), route: "other", problem: undefined };
}
