/**
 * Names that somebody may have misspelt.
 *
 * @module
 */

/** Letters and digits only, in lower case: `Store_Type` and `storetype` are one name. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** The number of single-character edits (insert, delete, replace, swap neighbours) between two words. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      rows[i]![j] = best;
    }
  }
  return rows[a.length]![b.length]!;
}

/** How unlike two names are; a name that contains the other is near. */
function distance(a: string, b: string): number {
  const within = b.length > 2 && (a.includes(b) || b.includes(a));
  return editDistance(a, b) - (within ? Math.abs(a.length - b.length) * 0.75 : 0);
}

/** Edits within which a name may be a misspelling of another: two, or two in five letters. */
const nearEnough = (name: string): number => Math.max(2, Math.ceil(0.4 * plain(name).length));

/**
 * Returns the known names that look most like a given one, nearest first. Case, spaces and underscores do not count.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { nearestNames } from "@/core/names.ts";
 *
 * expect(nearestNames("Sale", ["Store", "Sales", "Date"], 1)).toEqual(["Sales"]);
 * ```
 */
export function nearestNames(name: string, known: Iterable<string>, count = 3): string[] {
  const word = plain(name);
  return [...known]
    .map((other) => ({ other, far: distance(word, plain(other)) }))
    .toSorted((a, b) => a.far - b.far || a.other.localeCompare(b.other, "en", { numeric: true }))
    .slice(0, count)
    .map(({ other }) => other);
}

/**
 * Returns the end of an error message about an unknown name: the one that was probably meant, and all of them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { didYouMean } from "@/core/names.ts";
 *
 * expect(didYouMean("lightgmb", ["lightgbm", "xgboost"])).toBe('Did you mean "lightgbm"? Known: lightgbm, xgboost');
 * expect(didYouMean("prophet", ["lightgbm", "xgboost"])).toBe("Known: lightgbm, xgboost");
 * ```
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const [nearest] = nearestNames(name, known, 1);
  const meant = nearest !== undefined && distance(plain(name), plain(nearest)) <= nearEnough(name);
  return `${meant ? `Did you mean "${nearest}"? ` : ""}Known: ${known.join(", ")}`;
}
