/**
 * One column of one table, as drift tests see it: without its missing and infinite values.
 *
 * @module
 */

/** How a column's values are compared: by size, or by name. */
export type ColumnKind = "numerical" | "categorical";

/** A category: a text, or a number that serves as a code; true and false count as 1 and 0. */
export type Category = string | number;

/** The values of one column that drift tests compare. */
export interface Sample {
  /** How the values are compared. */
  readonly kind: ColumnKind;
  /** How many values there are. */
  readonly size: number;
  /** Whether the numbers are whole by type; bins of whole numbers are never narrower than 1. */
  readonly integer: boolean;
  /** The numbers in the order of the table; empty for texts. */
  readonly values: Float64Array;
  /** The numbers in ascending order; made when first asked for. Do not change them. */
  sorted(): Float64Array;
  /** Value → how often; made when first asked for. */
  counts(): ReadonlyMap<Category, number>;
}

/**
 * A column of numbers.
 *
 * @param values Finite numbers; the sample keeps them as they are.
 * @param options.kind `categorical` when the numbers are codes.
 * @param options.sort Makes a sorted copy; a caller with a faster sort than the language's brings it along.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { numberSample } from "@/checks/drift/sample.ts";
 *
 * const sample = numberSample(Float64Array.of(3, 1, 3));
 * expect([...sample.sorted()]).toEqual([1, 3, 3]);
 * expect(sample.counts().get(3)).toBe(2);
 * ```
 */
export function numberSample(
  values: Float64Array,
  { kind = "numerical", integer = false, sort = (given: Float64Array) => given.slice().sort() }: {
    readonly kind?: ColumnKind;
    readonly integer?: boolean;
    readonly sort?: (values: Float64Array) => Float64Array;
  } = {},
): Sample {
  let sorted: Float64Array | undefined;
  let counts: Map<Category, number> | undefined;
  return {
    kind,
    size: values.length,
    integer,
    values,
    sorted: () => sorted ??= sort(values),
    counts: () => counts ??= countNumbers(values),
  };
}

/**
 * A column of texts, already counted.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample } from "@/checks/drift/sample.ts";
 *
 * expect(categorySample(new Map([["a", 3], ["b", 1]])).size).toBe(4);
 * ```
 */
export function categorySample(counts: ReadonlyMap<Category, number>): Sample {
  const none = new Float64Array(0);
  let size = 0;
  for (const count of counts.values()) size += count;
  return { kind: "categorical", size, integer: false, values: none, sorted: () => none, counts: () => counts };
}

/**
 * How many different values two samples have together; counting stops above `enough`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { distinctTogether, numberSample } from "@/checks/drift/sample.ts";
 *
 * const [a, b] = [numberSample(Float64Array.of(1, 2, 2)), numberSample(Float64Array.of(2, 3))];
 * expect(distinctTogether(a, b, 5)).toBe(3);
 * ```
 */
export function distinctTogether(a: Sample, b: Sample, enough: number): number {
  const seen = new Set<Category>();
  for (const { values, counts } of [a, b]) {
    for (const value of values.length > 0 ? values : counts().keys()) {
      seen.add(value);
      if (seen.size > enough) return seen.size;
    }
  }
  return seen.size;
}

function countNumbers(values: Float64Array): Map<Category, number> {
  const counts = new Map<Category, number>();
  // A loop, as most columns repeat few values: a run of equal ones costs one look-up.
  for (let i = 0; i < values.length;) {
    const value = values[i]!;
    let next = i + 1;
    while (next < values.length && values[next] === value) next++;
    counts.set(value, (counts.get(value) ?? 0) + next - i);
    i = next;
  }
  return counts;
}
