/**
 * Refuses work that would only wait: too many requests at once, or too many from one client.
 *
 * @module
 */
import { TooManyRequestsError, UnavailableError } from "@/serving/errors.ts";
import type { Guard } from "@/serving/middleware/guard.ts";

/** Whether the server still takes requests; a shutdown closes it. */
export interface Gate {
  closed: boolean;
}

/** Counts the requests in work. */
export interface Turnstile {
  /** Lets a request in and returns whether it counts: health is always answered, and counts for nothing. */
  enter(path: string): boolean;
  /** Tells that a request that counts has its answer. */
  leave(): void;
}

/**
 * Refuses requests beyond a number in work (503), and once the gate is closed.
 */
export function turnstile(limit: number, gate: Gate): Turnstile {
  let working = 0;
  return {
    enter(path) {
      if (isHealth(path)) return false;
      if (gate.closed) throw new UnavailableError("The server is shutting down", { kind: "shutting-down" });
      if (working >= limit) {
        throw new UnavailableError(`Cannot take another request as ${limit} are in work`, { kind: "overloaded" });
      }
      working++;
      return true;
    },
    leave() {
      working--;
    },
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
): Guard {
  const buckets = new Map<string, Bucket>();
  const most = perSecond * 2;
  return function rateLimit(request, path) {
    if (isHealth(path)) return;
    const who = client(request), at = now();
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
  };
}

function isHealth(path: string): boolean {
  return path === "/health" || path.startsWith("/health/");
}
