/**
 * Partitions: which series are whose, when a dataset is spread over processes or machines.
 *
 * @module
 */

/** One of several parts of a dataset's series. */
export interface Partition {
  /** Which one, from 0. */
  readonly index: number;
  /** How many there are. */
  readonly of: number;
}

/** So many parts are told apart; more would each have less than a machine's overhead. */
const MOST = 10_000;

/**
 * Reads a partition as people count: `3/8` is the third of eight.
 *
 * @throws {RangeError} If it is not of that form, or there is no such part.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { parsePartition } from "@/core/partition.ts";
 *
 * expect(parsePartition("3/8")).toEqual({ index: 2, of: 8 });
 * expect(() => parsePartition("9/8")).toThrow(RangeError);
 * ```
 */
export function parsePartition(text: string): Partition {
  const [, part, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (part === undefined || Number(part) > Number(of) || Number(of) > MOST) {
    throw new RangeError(`Cannot use the partition ${text}: expected i/n, such as 3/8, with i from 1 to n <= ${MOST}`);
  }
  return { index: Number(part) - 1, of: Number(of) };
}

/**
 * A partition as people write it: `3/8`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { partitionName } from "@/core/partition.ts";
 *
 * expect(partitionName({ index: 2, of: 8 })).toBe("3/8");
 * ```
 */
export const partitionName = ({ index, of }: Partition): string => `${index + 1}/${of}`;

/**
 * Says which part a series belongs to, by its name alone, so that all stages and machines agree without asking.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { partOf } from "@/core/partition.ts";
 *
 * expect(partOf("store_7", 1)).toBe(0);
 * expect(partOf("1_10", 8)).toBe(partOf("1_10", 8));
 * ```
 */
export function partOf(id: string, of: number): number {
  // FNV-1a over UTF-16 units, then a mixer: names that differ in their last digit would otherwise sit side by side.
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return ((hash ^ hash >>> 16) >>> 0) % of;
}

/**
 * Whether a series is of a part.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isInPart } from "@/core/partition.ts";
 *
 * const parts = [0, 1, 2].filter((index) => isInPart("store_7", { index, of: 3 }));
 * expect(parts.length).toBe(1);
 * ```
 */
export const isInPart = (id: string, { index, of }: Partition): boolean => partOf(id, of) === index;
