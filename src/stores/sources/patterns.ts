/**
 * Names of the files that a dataset asks for, with `*` for any name.
 *
 * @module
 */

/**
 * Tells whether a path is one that a pattern asks for. A `*` stands for any characters within one part of the path;
 * capitals count.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { matches } from "@/stores/sources/patterns.ts";
 *
 * expect(matches("external/weather/Bayern.csv", "external/weather/*.csv")).toBe(true);
 * expect(matches("external/weather/old/Bayern.csv", "external/weather/*.csv")).toBe(false);
 * ```
 */
export function matches(path: string, pattern: string): boolean {
  const parts = path.split("/"), wanted = pattern.split("/");
  return parts.length === wanted.length && parts.every((part, i) => matchesPart(part, wanted[i]!));
}

/**
 * Tells whether files that a pattern asks for may lie in a folder (`""` is the top), or below it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mayHold } from "@/stores/sources/patterns.ts";
 *
 * expect(mayHold("external", "external/weather/*.csv")).toBe(true);
 * expect(mayHold("node_modules", "external/weather/*.csv")).toBe(false);
 * ```
 */
export function mayHold(folder: string, pattern: string): boolean {
  if (folder === "") return true;
  const parts = folder.split("/"), wanted = pattern.split("/");
  return parts.length < wanted.length && parts.every((part, i) => matchesPart(part, wanted[i]!));
}

function matchesPart(part: string, wanted: string): boolean {
  const [head, ...rest] = wanted.split("*");
  if (rest.length === 0) return part === wanted;
  const tail = rest.at(-1)!;
  if (!part.startsWith(head!) || !part.endsWith(tail) || part.length < head!.length + tail.length) return false;
  let at = head!.length;
  for (const piece of rest.slice(0, -1)) {
    const found = part.slice(0, part.length - tail.length).indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

/**
 * Names files in a sentence: all of a few, the first of many.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { enumerate } from "@/stores/sources/patterns.ts";
 *
 * expect(enumerate(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
 * expect(enumerate([])).toBe("nothing");
 * ```
 */
export function enumerate(names: readonly string[], most = 8): string {
  if (names.length === 0) return "nothing";
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
