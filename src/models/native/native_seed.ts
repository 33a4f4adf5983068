/**
 * A seed as the native libraries take it: their seeds are 32-bit, ours are any integer.
 *
 * @throws {RangeError} If the seed is not an integer.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { nativeSeed } from "@/models/native/native_seed.ts";
 *
 * expect(nativeSeed(7)).toBe("7");
 * ```
 */
export function nativeSeed(seed: number): string {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot seed with ${seed} as a seed must be an integer`);
  return String(Math.abs(seed) % 2 ** 31);
}
