/**
 * A preset whose verdicts do not depend on how many rows happen to be there.
 *
 * @module
 */
import { chiSquareTail } from "@/checks/drift/distributions.ts";
import type { DriftTest } from "@/checks/drift/drift_test.ts";
import { evidently } from "@/checks/drift/evidently.ts";
import { jensenShannon } from "@/checks/drift/jensen_shannon.ts";
import { ks } from "@/checks/drift/ks.ts";
import type { Preset } from "@/checks/drift/preset.ts";
import { distinctTogether, type Sample } from "@/checks/drift/sample.ts";
import { categoriesOf } from "@/checks/drift/shares.ts";
import { wasserstein } from "@/checks/drift/wasserstein.ts";

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

function tests(reference: Sample, current: Sample): { size: DriftTest; chance: Pick<DriftTest, "measure"> } {
  const distinct = distinctTogether(reference, current, FEW);
  if (current.kind === "numerical" && distinct > FEW) return { size: wasserstein, chance: ks };
  return { size: jensenShannon, chance: homogeneity };
}

/** Fewer rows than this in a category are expected by chance to be any number. */
const RARE = 5;

/**
 * Chi-square of both samples against what they have in common, rare categories taken together. Evidently's own holds the
 * current sample against the reference alone: one row of a category that the reference happens to lack is then certain drift.
 */
const homogeneity: Pick<DriftTest, "measure"> = {
  measure(reference, current) {
    const share = current.size / (reference.size + current.size), cells: [reference: number, current: number][] = [];
    const rare: [number, number] = [0, 0];
    for (const key of categoriesOf(reference, current)) {
      const own: [number, number] = [reference.counts().get(key) ?? 0, current.counts().get(key) ?? 0];
      if ((own[0] + own[1]) * Math.min(share, 1 - share) >= RARE) cells.push(own);
      else [rare[0], rare[1]] = [rare[0] + own[0], rare[1] + own[1]];
    }
    if ((rare[0] + rare[1]) * Math.min(share, 1 - share) >= 1) cells.push(rare);
    let statistic = 0;
    for (const [before, now] of cells) {
      const wanted = (before + now) * share, then = before + now - wanted;
      statistic += (now - wanted) ** 2 / wanted + (before - then) ** 2 / then;
    }
    return cells.length < 2 ? 1 : chiSquareTail(statistic, cells.length - 1);
  },
};
