/**
 * The shape of a column before and now, side by side: what a report draws.
 *
 * @module
 */
import type { Series } from "nodejs-polars";
import { columnOf } from "@/checks/drift/column_of.ts";
import type { Sample } from "@/checks/drift/sample.ts";
import { categoriesOf, countsBetween } from "@/checks/drift/shares.ts";

/** Shares of rows in the same bins or categories. */
export interface Shape {
  /** The lower edges of bins, or categories. */
  readonly labels: readonly (number | string)[];
  /** Share of the reference's values under each label, from 0 to 1. */
  readonly reference: readonly number[];
  /** Share of the current values under each label, from 0 to 1. */
  readonly current: readonly number[];
}

const BINS = 20, CATEGORIES = 12;

/**
 * Counts both columns in common bins; undefined where one has no values.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { shapeOf } from "@/checks/drift/shape.ts";
 *
 * const shape = shapeOf(pl.Series("kind", ["a", "b"]), pl.Series("kind", ["a", "a"]));
 * expect(shape).toEqual({ labels: ["a", "b"], reference: [0.5, 0.5], current: [1, 0] });
 * ```
 */
export function shapeOf(reference: Series, current: Series): Shape | undefined {
  const [before, now] = [columnOf(reference), columnOf(current)];
  if (before.family !== now.family || now.family === "time" || now.family === "other") return undefined;
  const few = now.family === "text" || Math.max(before.distinct(CATEGORIES), now.distinct(CATEGORIES)) <= CATEGORIES;
  const [a, b] = [before, now].map((column) => column.sample(few ? "categorical" : "numerical")) as [Sample, Sample];
  if (a.size === 0 || b.size === 0) return undefined;
  const rounded = (shares: ArrayLike<number>) => Array.from(shares, (share) => Math.round(share * 1e4) / 1e4);
  if (few) {
    const total = (key: string | number) => (a.counts().get(key) ?? 0) / a.size + (b.counts().get(key) ?? 0) / b.size;
    const all = categoriesOf(a, b);
    const kept = all.toSorted((p, q) => total(q) - total(p)).slice(0, CATEGORIES)
      .toSorted((p, q) => typeof p === "number" && typeof q === "number" ? p - q : String(p).localeCompare(String(q)));
    const shares = (sample: Sample) => rounded(kept.map((key) => (sample.counts().get(key) ?? 0) / sample.size));
    return { labels: kept, reference: shares(a), current: shares(b) };
  }
  const [x, y] = [a.sorted(), b.sorted()],
    at = (values: Float64Array, share: number) =>
      values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
  // The outer hundredth counts into the outer bins: one odd day must not squeeze all others into one bar.
  const low = Math.min(at(x, 0.005), at(y, 0.005)), high = Math.max(at(x, 0.995), at(y, 0.995));
  const step = (high - low) / BINS || 1;
  const edges = Float64Array.from({ length: BINS + 1 }, (_, i) => low + i * step);
  const clipped = (values: Float64Array) => values.map((value) => Math.min(high, Math.max(low, value)));
  const shares = (values: Float64Array) =>
    rounded(countsBetween(clipped(values), edges).map((count) => count / values.length));
  return {
    labels: [...edges.subarray(0, BINS)].map((edge) => Number(edge.toPrecision(4))),
    reference: shares(x),
    current: shares(y),
  };
}
