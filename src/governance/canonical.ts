import { createHash } from "node:crypto";

/**
 * Writes a JSON value in the one form that is hashed and signed: no spaces, names sorted, undefined ones left out.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { canonical } from "@/governance/mod.ts";
 *
 * expect(canonical({ b: [1, null], a: "x", c: undefined })).toBe('{"a":"x","b":[1,null]}');
 * ```
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}

/**
 * The sha256 of text or bytes, hexadecimal.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { digest } from "@/governance/mod.ts";
 *
 * expect(digest("abc").slice(0, 8)).toBe("ba7816bf");
 * ```
 */
export function digest(value: string | Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}
