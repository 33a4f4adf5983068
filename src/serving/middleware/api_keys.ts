/**
 * Who may call: whoever knows a key, of which the server knows only the hash.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { RequestError } from "@/serving/errors.ts";
import type { Guard } from "@/serving/middleware/guard.ts";

/** Paths that a probe or a browser must reach without a key. */
const OPEN = /^\/(health(\/.*)?|v2\/health\/.*|openapi\.json|docs(\/.*)?|assets\/.*)$/;

/**
 * Demands an API key (`Authorization: Bearer …` or `X-Api-Key`).
 *
 * @param hashes sha256 of each key, hexadecimal.
 */
export function apiKeys(hashes: readonly string[]): Guard {
  const known = hashes.map((hash) => Buffer.from(hash, "hex"));
  return function apiKeys({ headers }, path) {
    if (OPEN.test(path)) return;
    const key = headers.get("x-api-key") ?? /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const hash = createHash("sha256").update(key).digest();
    if (known.some((one) => timingSafeEqual(one, hash))) return;
    throw new RequestError("Cannot answer without an API key: send it as `Authorization: Bearer KEY`", {
      status: 401,
      kind: "no-api-key",
      title: "An API key is needed",
    });
  };
}
