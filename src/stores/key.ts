/**
 * Keys of a store: relative paths that stay inside it.
 *
 * @module
 */
import { isUnfinished } from "@/stores/atomic.ts";

/**
 * Returns a key as it is, if it stays inside its store on every operating system.
 *
 * @throws {RangeError} If it is empty or absolute, climbs with `..`, or has a part that no disk can hold.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkedKey } from "@/stores/key.ts";
 *
 * expect(checkedKey("models/rossmann/1/card.json")).toBe("models/rossmann/1/card.json");
 * expect(() => checkedKey("../card.json")).toThrow(RangeError);
 * ```
 */
export function checkedKey(key: string): string {
  const problem = keyProblem(key);
  if (problem !== undefined) throw new RangeError(`Cannot use ${JSON.stringify(key)} as a key as ${problem}`);
  return key;
}

/**
 * Returns a prefix as it is, if every key that starts with it stays inside its store. It may end in the middle of a
 * name, or be empty.
 *
 * @throws {RangeError} If no valid key can start with it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { checkedPrefix } from "@/stores/key.ts";
 *
 * expect(checkedPrefix("models/ross")).toBe("models/ross");
 * expect(() => checkedPrefix("../")).toThrow(RangeError);
 * ```
 */
export function checkedPrefix(prefix: string): string {
  // Whatever follows the last slash is only the start of a name, so that "." or "" may stand there.
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const problem = keyProblem(`${folder}x`) ?? charactersProblem(prefix);
  if (problem !== undefined) throw new RangeError(`Cannot list keys under ${JSON.stringify(prefix)} as ${problem}`);
  return prefix;
}

/**
 * Says why a path would not stay inside the folder that it is relative to; undefined if it would.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { keyProblem } from "@/stores/key.ts";
 *
 * expect(keyProblem("a/../b")).toBe('a key may not contain the part ".."');
 * expect(keyProblem("a/b")).toBeUndefined();
 * ```
 */
export function keyProblem(key: string): string | undefined {
  if (key === "") return "a key has at least one character";
  if (key.startsWith("/")) return "a key is relative: it may not start with /";
  const characters = charactersProblem(key);
  if (characters !== undefined) return characters;
  for (const part of key.split("/")) {
    if (part === "") return "a part between slashes is empty";
    if (part === "." || part === "..") return `a key may not contain the part "${part}"`;
    if (isUnfinished(part)) return `"${part}" is a name for unfinished writes`;
  }
  return undefined;
}

function charactersProblem(key: string): string | undefined {
  if (key.includes("\0")) return "a key may not contain NUL";
  if (key.includes("\\")) return "a key may not contain a backslash: its parts are joined with /";
  if (/^[A-Za-z]:/.test(key)) return "a key is relative: it may not start with a drive letter";
  return undefined;
}

/**
 * Orders keys as their UTF-8 bytes are ordered, which is how buckets list them.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { byBytes } from "@/stores/key.ts";
 *
 * expect(["b", "ä", "B"].sort(byBytes)).toEqual(["B", "b", "ä"]);
 * ```
 */
export function byBytes(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    // UTF-16 order differs from UTF-8 order only where one side is a surrogate pair: compare whole code points there.
    return a.codePointAt(start(a, i))! - b.codePointAt(start(b, i))!;
  }
  return a.length - b.length;
}

function start(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  return unit >= 0xDC00 && unit <= 0xDFFF && i > 0 ? i - 1 : i;
}
