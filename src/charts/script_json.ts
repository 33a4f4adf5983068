/**
 * JSON inside HTML.
 *
 * @module
 */

/**
 * Turns a value into JSON that is safe inside an HTML script element, whatever texts it holds.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scriptJson } from "@/charts/script_json.ts";
 *
 * expect(scriptJson("</script>")).toBe('"\\u003c/script>"');
 * ```
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}
