/**
 * Two samples as shares of the same bins: what distances between histograms compare.
 *
 * The bins are those of Evidently 0.7, so that distances agree: Sturges' rule over both samples for numbers of which the
 * reference has more than 20, otherwise a bin for each value.
 *
 * @module
 */
import type { Category, Sample } from "@/checks/drift/sample.ts";

/** The share of each bin, in the same order, of the reference and of the current sample. */
export interface Shares {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

const MANY = 20;

/**
 * The shares of two samples in common bins.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { categorySample } from "@/checks/drift/sample.ts";
 * import { sharesOf } from "@/checks/drift/shares.ts";
 *
 * const { reference, current } = sharesOf(categorySample(new Map([["a", 1]])), categorySample(new Map([["b", 2]])));
 * expect([[...reference], [...current]]).toEqual([[1, 0], [0, 1]]);
 * ```
 */
export function sharesOf(reference: Sample, current: Sample): Shares {
  if (current.kind === "numerical" && moreDistinctThan(MANY, reference)) {
    const edges = sturgesEdges(reference, current, reference.size + current.size);
    const inBins = (sample: Sample) => countsBetween(sample.sorted(), edges).map((count) => count / sample.size);
    return { reference: inBins(reference), current: inBins(current) };
  }
  const keys = categoriesOf(reference, current);
  const ofKeys = ({ size, counts }: Sample) => Float64Array.from(keys, (key) => (counts().get(key) ?? 0) / size);
  return { reference: ofKeys(reference), current: ofKeys(current) };
}

/** Every value of either sample, once, in order: sums over categories then have the same bits whoever counted them. */
export function categoriesOf(reference: Sample, current: Sample): Category[] {
  return [...new Set([...reference.counts().keys(), ...current.counts().keys()])].sort((a, b) =>
    typeof a === typeof b ? a < b ? -1 : 1 : typeof a === "number" ? -1 : 1
  );
}

/** Empty bins filled with next to nothing, so that ratios and logarithms exist: a ten-thousandth, or far below the rest. */
export function withoutZeros(shares: Float64Array): Float64Array {
  const least = shares.reduce((min, share) => share > 0 && share < min ? share : min, Infinity);
  const filling = least <= 0.0001 ? least / 1e6 : 0.0001;
  return shares.map((share) => share === 0 ? filling : share);
}

/**
 * The edges of equally wide bins by Sturges' rule, as numpy draws them.
 *
 * @param count The number of values that the rule is asked about.
 */
export function sturgesEdges(a: Sample, b: Sample, count: number): Float64Array {
  const [x, y] = [a.sorted(), b.sorted()];
  let [low, high] = [Math.min(x[0]!, y[0]!), Math.max(x.at(-1)!, y.at(-1)!)];
  let width = (high - low) / (Math.log2(count) + 1);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  if (width > 0 && width < 1 && a.integer && b.integer) width = 1;
  const bins = width > 0 ? Math.ceil((high - low) / width) : 1, step = (high - low) / bins;
  return Float64Array.from({ length: bins + 1 }, (_, i) => i === bins ? high : low + i * step);
}

/** How many sorted values lie in each bin; the last bin includes its upper edge. */
export function countsBetween(sorted: Float64Array, edges: Float64Array): Float64Array {
  const last = edges.length - 1;
  const below = edges.map((edge, i) => i === last ? positionAfter(sorted, edge) : positionOf(sorted, edge));
  return Float64Array.from({ length: last }, (_, i) => below[i + 1]! - below[i]!);
}

/** How many sorted values are smaller. */
function positionOf(sorted: Float64Array, value: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many sorted values are at most as large. */
function positionAfter(sorted: Float64Array, value: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function moreDistinctThan(limit: number, { values, counts }: Sample): boolean {
  const seen = new Set<Category>();
  for (const value of values.length > 0 ? values : counts().keys()) if (seen.add(value).size > limit) return true;
  return false;
}
