/**
 * Tells browsers what a page of ours may do: load from here, and nothing else.
 *
 * @module
 */

const HEADERS = {
  "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** Adds the headers to pages; the API's JSON only needs to be taken for what it is. */
export function secure(headers: Headers): void {
  if (headers.get("content-type")?.startsWith("text/html")) {
    // A page that says more strictly what it may do is taken at its word.
    for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value);
  } else headers.set("x-content-type-options", "nosniff");
}
