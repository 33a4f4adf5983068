/**
 * The contract of a drift test: one number for how far a column's values have moved, and when that is too far.
 *
 * @module
 */
import type { ColumnKind, Sample } from "@/checks/drift/sample.ts";

/** One way to compare two samples of a column. */
export interface DriftTest {
  /** The short name, as Evidently takes it: `ks`. */
  readonly name: string;
  /** The name in reports, as Evidently prints it: `K-S p_value`. */
  readonly title: string;
  /** The kinds of columns that it can compare. */
  readonly kinds: readonly ColumnKind[];
  /** What the number is: a probability (small means drift) or a distance (large means drift). */
  readonly scale: "p-value" | "distance";
  /** Which side of the threshold the threshold itself is on. */
  readonly atThreshold: "drifted" | "same";
  /** The threshold that Evidently has for it. */
  readonly threshold: number;
  /**
   * The number. Both samples have at least one value, and no value is missing or infinite.
   *
   * @throws {RangeError} If there are too few values for this test.
   */
  measure(reference: Sample, current: Sample): number;
}

/**
 * Whether a test's number says that the values have moved.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { hasDrifted } from "@/checks/drift/drift_test.ts";
 * import { ks, psi } from "@/checks/drift/mod.ts";
 *
 * expect(hasDrifted(ks, 0.01)).toBe(true);
 * expect(hasDrifted(psi, 0.01)).toBe(false);
 * ```
 */
export function hasDrifted({ scale, atThreshold, threshold: own }: DriftTest, value: number, threshold = own): boolean {
  if (value === threshold) return atThreshold === "drifted";
  return scale === "p-value" ? value < threshold : value > threshold;
}
