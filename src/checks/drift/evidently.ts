/**
 * Evidently 0.7's DataDriftPreset: the same choice of tests, the same values, the same verdicts.
 *
 * @module
 */
import { chiSquare } from "@/checks/drift/chi_square.ts";
import { type DriftTest, hasDrifted } from "@/checks/drift/drift_test.ts";
import { jensenShannon } from "@/checks/drift/jensen_shannon.ts";
import { ks } from "@/checks/drift/ks.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { distinctTogether, type Sample } from "@/checks/drift/sample.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";
import { zTest } from "@/checks/drift/z_test.ts";

/** Whole numbers with at most this many different values are codes. */
const CODES = 10;
/** Up to this many values of the reference, probabilities are compared; above, distances. */
const SMALL = 1000;
/** Numbers with at most this many different values are compared like categories. */
const FEW = 5;

/**
 * Compares tables as Evidently's DataDriftPreset does when nothing is configured.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { evidently, numberSample } from "@/checks/drift/mod.ts";
 *
 * const week = numberSample(Float64Array.from({ length: 100 }, (_, i) => i));
 * expect(evidently.judge(week, week)).toMatchObject({ value: 1, threshold: 0.05, drifted: false });
 * ```
 */
export const evidently: Preset = {
  name: "evidently",
  about: "Evidently 0.7's DataDriftPreset: a test chosen by type and size, drift at half of the columns",
  share: 0.5,
  kindOf(column) {
    if (column.family === "time") return "time";
    if (column.family === "other") return "unknown";
    if (column.family === "text") {
      return column.distinct(Infinity) > (column.rows - column.missing) * 0.5 ? "text" : "categorical";
    }
    if (column.flags) return "categorical";
    // A whole-number column with holes is a column of floats to pandas, and floats are never codes.
    return column.whole && column.missing === 0 && column.distinct(CODES) <= CODES ? "categorical" : "numerical";
  },
  judge(reference, current) {
    const test = choose(reference, current), value = test.measure(reference, current);
    return { test, value, threshold: test.threshold, drifted: hasDrifted(test, value) };
  },
};

function choose(reference: Sample, current: Sample): DriftTest {
  const distinct = distinctTogether(reference, current, FEW);
  const many = current.kind === "numerical" && distinct > FEW;
  if (reference.size > SMALL) return many ? wasserstein : jensenShannon;
  if (many) return ks;
  return distinct > 2 ? chiSquare : zTest;
}
