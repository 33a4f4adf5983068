/**
 * SQL's LIKE patterns: `%` stands for any text, `_` for one character.
 *
 * @module
 */
import type { KwargsProblem } from "@/checks/expectations/expectation.ts";

/** A character that takes the meaning from the one after it. */
export const escape = { type: ["string", "null"] } as const;

/** What is wrong with an escape character. */
export function escapeProblem(value: string | null | undefined): KwargsProblem | undefined {
  if (value == null || [...value].length === 1) return undefined;
  return { key: "escape", problem: `must be one character, found ${JSON.stringify(value)}` };
}

/**
 * A LIKE pattern as a regular expression. Capitals matter, as in the SQL standard and PostgreSQL (SQLite ignores them).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { likePattern } from "@/checks/expectations/like.ts";
 *
 * expect(likePattern("store_%")).toBe("(?s)^store..*$");
 * expect(likePattern("100!%", "!")).toBe("(?s)^100%$");
 * ```
 */
export function likePattern(pattern: string, escape?: string | null): string {
  let regex = "";
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const at = characters[i]!;
    if (escape != null && at === escape && i + 1 < characters.length) regex += quoted(characters[++i]!);
    else if (at === "%") regex += ".*";
    else if (at === "_") regex += ".";
    else regex += quoted(at);
  }
  return `(?s)^${regex}$`;
}

function quoted(character: string): string {
  return /[\\^$.*+?()[\]{}|#&~-]/.test(character) ? `\\${character}` : character;
}
