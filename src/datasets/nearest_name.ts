/**
 * The nearest name: what someone probably meant by a misspelt one.
 *
 * @module
 */

/** Letters and digits only, in lower case: `Store_Type` and `storetype` are one name. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** How many letters must be inserted, deleted or replaced to turn one text into the other (Levenshtein). */
function edits(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    above = row;
  }
  return above[b.length]!;
}

/**
 * Finds the name that comes closest to the one that was asked for; undefined when there are no names.
 *
 * Case, spaces and underscores do not count; a name that contains the other counts as near.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { nearestName } from "@/datasets/nearest_name.ts";
 *
 * expect(nearestName("Weekly_Sales", ["Store", "weekly sales", "Date"])).toBe("weekly sales");
 * ```
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const target = plain(wanted);
  const distance = (name: string) => {
    const candidate = plain(name);
    const within = candidate.length > 2 && (candidate.includes(target) || target.includes(candidate));
    return edits(candidate, target) - (within ? Math.abs(candidate.length - target.length) * 0.75 : 0);
  };
  return [...names].sort((a, b) => distance(a) - distance(b))[0];
}
