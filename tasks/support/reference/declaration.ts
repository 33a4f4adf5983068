/**
 * A declaration as it stands in formatted code.
 *
 * @module
 */

/** What begins another declaration, in the first column of formatted code. */
const NEXT =
  /^(?:export|import|\/\*\*|\/\/|const|let|function|async function|interface|type|class|abstract class|declare)\b|^\/\*|^\/\//;
/** A constant that is longer is cut: a table of values is read in the code. */
const LONGEST = 60;

/**
 * The declaration that begins at a line: types and constants whole, functions and classes up to their body, and the body.
 *
 * Relies on the formatter: what begins in the first column ends in it.
 *
 * @param lines The file's lines.
 * @param start The place of its first line, from 0.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { wholeDeclaration } from "./declaration.ts";
 *
 * const lines = ["export function half(", "  x: number,", "): number {", "  return x / 2;", "}", "", "const two = 2;"];
 * expect(wholeDeclaration(lines, 0)).toEqual({
 *   text: "function half(\n  x: number,\n): number",
 *   body: "  return x / 2;\n}",
 * });
 * expect(wholeDeclaration(lines, 6).text).toBe("const two = 2;");
 * ```
 */
export function wholeDeclaration(lines: readonly string[], start: number): { text: string; body: string } {
  let end = start + 1;
  while (end < lines.length && !NEXT.test(lines[end]!)) end++;
  const all = [lines[start]!.replace(/^export (?:default )?/, ""), ...lines.slice(start + 1, end)];
  while (all.at(-1) === "") all.pop();
  const arrow = /^const\b/.test(all[0]!) ? all.findIndex((line) => line.endsWith("=>") || line.endsWith("=> {")) : -1;
  const head = /^(?:async )?function\b|^(?:abstract )?class\b/.test(all[0]!)
    // Its last line is the first in column one that opens a block, but for an object type that it takes or returns.
    ? all.findIndex((line) => /^\S.*\{(?:\})?$/.test(line) && !/[:<|&(] \{$|[<(]\{$/.test(line))
    : arrow;
  if (head < 0) {
    const text = all.length > LONGEST ? [...all.slice(0, LONGEST), "  // …"] : all;
    return { text: text.join("\n"), body: "" };
  }
  return { text: all.slice(0, head + 1).join("\n").replace(/ \{\}?$/, ""), body: all.slice(head + 1).join("\n") };
}
