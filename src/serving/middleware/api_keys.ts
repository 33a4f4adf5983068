/**
 * Who may call: whoever knows a key, of which the server knows only the hash.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { MiddlewareHandler } from "hono";
import { RequestError } from "@/serving/errors.ts";

/** Paths that a probe or a browser must reach without a key. */
const OPEN = /^\/(health(\/.*)?|v2\/health\/.*|openapi\.json|docs(\/.*)?|assets\/.*)$/;

/**
 * Demands an API key (`Authorization: Bearer …` or `X-Api-Key`) when the server has any.
 *
 * @param hashes sha256 of each key, hexadecimal.
 */
export function apiKeys(hashes: readonly string[]): MiddlewareHandler {
  const known = hashes.map((hash) => Buffer.from(hash, "hex"));
  return async function apiKeys(c, next) {
    if (known.length > 0 && !OPEN.test(c.req.path)) {
      const key = c.req.header("x-api-key") ?? /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
      const hash = createHash("sha256").update(key).digest();
      if (!known.some((one) => timingSafeEqual(one, hash))) {
        throw new RequestError("Cannot answer without an API key: send it as `Authorization: Bearer KEY`", {
          status: 401,
          kind: "no-api-key",
          title: "An API key is needed",
        });
      }
    }
    await next();
  };
}
