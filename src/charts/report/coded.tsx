/**
 * Sentences with commands in them.
 *
 * @module
 */

/**
 * A sentence whose words between backticks are set as code; everything is escaped. A single backtick stays as it is.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { Coded } from "@/charts/report/coded.tsx";
 *
 * expect(String(Coded({ text: "Run `a < b` first" }))).toBe("Run <code>a &lt; b</code> first");
 * expect(String(Coded({ text: "5` tall" }))).toBe("5` tall");
 * ```
 */
export function Coded({ text }: { readonly text: string }) {
  const parts = text.split(/`([^`]+)`/);
  return <>{parts.map((part, k) => k % 2 === 1 ? <code>{part}</code> : part)}</>;
}
