import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { regressionReport } from "@/evaluation/mod.ts";

interface Case {
  readonly name: string;
  readonly y: readonly number[];
  readonly yHat: readonly number[];
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly quality: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, { readonly mean_error: number; readonly std_error: number }>>;
  /** Feature → majority, under, over, range. */
  readonly bias: Readonly<Record<string, readonly number[]>>;
}

const { cases } = JSON.parse(
  await Deno.readTextFile(new URL("../../golden/regression.json", import.meta.url)),
) as { readonly cases: readonly Case[] };

describe("regressionReport() beside Evidently's RegressionPreset", () => {
  for (const { name, y, yHat, features, quality, groups, bias } of cases) {
    const report = regressionReport(y, yHat, features);

    it(`${name}: has its quality`, () => {
      const own = report.quality;
      expect(own.rows).toBe(y.length);
      const pairs: [number | null, number][] = [
        [own.meanError, quality["mean_error"]!],
        [own.meanErrorStd, quality["error_std"]!],
        [own.meanAbsoluteError, quality["mean_abs_error"]!],
        [own.meanAbsoluteErrorStd, quality["abs_error_std"]!],
        [own.meanAbsolutePercentageError, quality["mean_abs_perc_error"]!],
        // Evidently tells the mean in percent and its spread as a share.
        [own.meanAbsolutePercentageErrorStd, 100 * quality["abs_perc_error_std"]!],
        [own.rootMeanSquaredError, quality["rmse"]!],
        [own.maxAbsoluteError, quality["abs_error_max"]!],
        [own.r2, quality["r2_score"]!],
      ];
      for (const [ours, theirs] of pairs) expect(ours).toBeCloseTo(theirs, 9);
    });

    it(`${name}: has its groups by error`, () => {
      for (const { group, meanError, stdError } of report.groups) {
        expect(meanError).toBeCloseTo(groups[group]!.mean_error, 9);
        expect(stdError).toBeCloseTo(groups[group]!.std_error, 9);
      }
      expect(report.groups).toHaveLength(3);
    });

    it(`${name}: has its table of biased features`, () => {
      for (const { feature, majority, underestimation, overestimation, range } of report.bias) {
        [majority, underestimation, overestimation, range].forEach((value, k) =>
          expect(value).toBeCloseTo(bias[feature]![k]!, 9)
        );
      }
      expect(report.bias.map(({ feature }) => feature).toSorted()).toEqual(Object.keys(bias).toSorted());
    });
  }
});
