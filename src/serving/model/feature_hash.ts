/**
 * A fingerprint of the features that a forecast was computed from: what serving logs, and what a replay must find again.
 *
 * @module
 */
import type { Matrix } from "@/core/matrix.ts";

/** Two 32-bit halves per row. */
export interface Hashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** The one bit pattern that stands for every NaN. */
const MISSING = 0x7fc00000;

/**
 * Hashes every row of a matrix: the bits of its values, column after column (two 32-bit multiplicative hashes with
 * different constants, mixed as in MurmurHash3's finalizer). Not for secrets.
 *
 * @param names The columns that count, in order.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { featureHashes, hashText } from "@/serving/model/feature_hash.ts";
 *
 * const x = { names: ["promo", "base"], rows: 2, data: Float32Array.of(1, 1, 8, NaN), categorical: [] };
 * const hashes = featureHashes(x, ["promo", "base"]);
 * expect(hashText(hashes, 0)).toMatch(/^[0-9a-f]{16}$/);
 * expect(hashText(hashes, 0)).not.toBe(hashText(hashes, 1));
 * ```
 */
export function featureHashes({ names: all, rows, data }: Matrix, names: readonly string[]): Hashes {
  const high = new Uint32Array(rows).fill(0x9747b28c), low = new Uint32Array(rows).fill(0x1b873593);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  // Loops over millions of values at every start of a server: columns outside, since that is how they lie in memory.
  for (const name of names) {
    const from = all.indexOf(name) * rows;
    for (let i = 0; i < rows; i++) {
      const value = data[from + i]!, word = value === value ? bits[from + i]! : MISSING;
      high[i] = Math.imul((high[i]! << 13 | high[i]! >>> 19) ^ word, 0xcc9e2d51) + 0xe6546b64;
      low[i] = Math.imul((low[i]! << 15 | low[i]! >>> 17) ^ word, 0x85ebca6b) + 0x38495ab5;
    }
  }
  for (let i = 0; i < rows; i++) {
    high[i] = mixed(high[i]! ^ low[i]!);
    low[i] = mixed(low[i]! + high[i]!);
  }
  return { high, low };
}

/** A row's hash as 16 hexadecimal digits. */
export function hashText({ high, low }: Hashes, row: number): string {
  return high[row]!.toString(16).padStart(8, "0") + low[row]!.toString(16).padStart(8, "0");
}

function mixed(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
