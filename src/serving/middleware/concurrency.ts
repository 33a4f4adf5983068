/**
 * Refuses work that would only wait: too many requests at once, or too many from one client.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { TooManyRequestsError, UnavailableError } from "@/serving/errors.ts";

/** Whether the server still takes requests; a shutdown closes it. */
export interface Gate {
  closed: boolean;
}

/**
 * Refuses requests beyond a number in work (503), and once the gate is closed. Health is always answered.
 */
export function concurrency(limit: number, gate: Gate): MiddlewareHandler {
  let working = 0;
  return async function concurrency(c, next) {
    if (isHealth(c.req.path)) return await next();
    if (gate.closed) throw new UnavailableError("The server is shutting down", { kind: "shutting-down" });
    if (working >= limit) {
      throw new UnavailableError(`Cannot take another request as ${limit} are in work`, { kind: "overloaded" });
    }
    working++;
    try {
      await next();
    } finally {
      working--;
    }
  };
}

/** What one client may still send. */
interface Bucket {
  tokens: number;
  at: number;
}

/** Clients that are remembered: an attacker with many addresses must not fill the memory. */
const MOST_CLIENTS = 10_000;

/**
 * Lets every client send so many requests per second, and twice as many at once (a token bucket); 429 beyond.
 *
 * @param client Tells who sent a request: its API key, or its address.
 */
export function rateLimit(
  perSecond: number,
  { client, now = () => performance.now() }: {
    readonly client: (request: Request) => string;
    readonly now?: () => number;
  },
): MiddlewareHandler {
  const buckets = new Map<string, Bucket>();
  const most = perSecond * 2;
  return async function rateLimit(c, next) {
    if (perSecond === Infinity || isHealth(c.req.path)) return await next();
    const who = client(c.req.raw), at = now();
    const bucket = buckets.get(who) ?? { tokens: most, at };
    bucket.tokens = Math.min(most, bucket.tokens + (at - bucket.at) / 1000 * perSecond);
    bucket.at = at;
    if (buckets.size >= MOST_CLIENTS) buckets.clear();
    buckets.set(who, bucket);
    if (bucket.tokens < 1) {
      const wait = (1 - bucket.tokens) / perSecond;
      throw new TooManyRequestsError(`Cannot take more than ${perSecond} requests per second from one client`, wait);
    }
    bucket.tokens--;
    await next();
  };
}

function isHealth(path: string): boolean {
  return path === "/health" || path.startsWith("/health/");
}
