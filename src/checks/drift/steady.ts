/**
 * A preset whose verdicts do not depend on how many rows happen to be there.
 *
 * @module
 */
import { chiSquare } from "@/checks/drift/chi_square.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { evidently } from "@/checks/drift/evidently.ts";
import { jensenShannon } from "@/checks/drift/jensen_shannon.ts";
import { ks } from "@/checks/drift/ks.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { distinctTogether, type Sample } from "@/checks/drift/sample.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";
import { zTest } from "@/checks/drift/z_test.ts";

/** How unlikely the change must be by chance, for one column. */
const ALPHA = 0.01;
const FEW = 5;

/**
 * Compares tables by size of the change *and* by chance: a column has drifted when its distance is at least 0.1 and would
 * be seen in less than 1 % of windows where nothing has changed.
 *
 * The first condition keeps huge windows from flagging trifles, the second keeps tiny ones from flagging noise. The value
 * is the distance.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { numberSample, steady } from "@/checks/drift/mod.ts";
 *
 * const [a, b] = [[1, 5, 9, 2, 7, 4], [2, 6, 9, 3, 8, 5]].map((values) => numberSample(Float64Array.from(values)));
 * const { value, drifted } = steady.judge(a!, b!);
 * expect([value > 0.1, drifted]).toEqual([true, false]); // six values move this far by chance
 * ```
 */
export const steady: Preset = {
  name: "steady",
  about: "a column drifts when the change is large and not chance, however many rows there are",
  share: 0.5,
  kindOf: evidently.kindOf,
  judge(reference, current) {
    const { size, chance } = tests(reference, current);
    const value = size.measure(reference, current), { threshold } = size;
    const p = chance.measure(reference, current);
    return { test: size, value, threshold, drifted: value >= threshold && p < ALPHA, p };
  },
};

function tests(reference: Sample, current: Sample): { size: DriftTest; chance: DriftTest } {
  const distinct = distinctTogether(reference, current, FEW);
  if (current.kind === "numerical" && distinct > FEW) return { size: wasserstein, chance: ks };
  return { size: jensenShannon, chance: distinct > 2 ? chiSquare : zTest };
}
