import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { datasets } from "@/datasets/mod.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { coverageFindings, type IntervalStudy } from "@/pipeline/intervals.ts";
import { readEvaluation } from "@/pipeline/evaluate.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

const SIDES = [["lo", -1], ["hi", 1]] as const;

/** A quantile model for each end of the 50, 80 and 95 % intervals. */
const QUANTILES = Object.fromEntries(
  [50, 80, 95].flatMap((level) =>
    SIDES.map(([end, side]) => [
      `quantile-${end}-${level}`,
      {
        kind: "lightgbm",
        objective: "quantile",
        alpha: (100 + side * level) / 200,
        rounds: 15,
        learning_rate: 0.2,
        min_data_in_leaf: 20,
      },
    ])
  ),
);

describe("intervals of a run", () => {
  it("are those of conformalised quantile models, too, where a run has them; these are no rivals", async () => {
    await using work = await workdir();
    const source = await work.source("raw", rawFiles("walmart", { series: 8, steps: 143 }));
    const plain = await work.context({ dataset: "walmart", source, windows: 3 });
    const models = ["seasonal_naive", "lightgbm", ...Object.keys(QUANTILES)];
    const choices = { ...plain.choices, models, regressors: { ...plain.choices.regressors, ...QUANTILES } };
    const document = await pipeline({ ...plain, choices });
    expect(Object.keys(document.scores)).toEqual(["seasonal_naive", "lightgbm"]);
    const { intervals } = await readEvaluation({ ...plain, choices });
    expect(intervals!.methods.map(({ method }) => method)).toEqual(["conformal", "quantile", "naive"]);
    for (const { backtest, holdout } of intervals!.methods) {
      for (const scores of [backtest, holdout]) {
        const shares = scores!.levels.map(({ held }) => held);
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect(scores!.crps).toBeGreaterThan(0);
      }
    }
  });
});

describe("coverageFindings()", () => {
  const { profile } = datasets["rossmann"]!;
  const scores = (held: number) => ({ levels: [{ level: 80, held, width: 1, winkler: 1 }], crps: 1 });
  const study = (held: number, windows: number, slice: number, rows = 5000): IntervalStudy => ({
    model: "ensemble",
    methods: [{
      method: "conformal",
      backtest: scores(held),
      holdout: null,
      windows: Array.from({ length: windows }, (_, k) => ({ origin: `2015-0${k + 1}-01`, rows: 100, ...scores(held) })),
    }],
    slices: [{ slice: "promo", group: "1", rows, windows, held: slice }],
    holdoutSlices: [],
  });
  const judged = (...of: Parameters<typeof study>) =>
    coverageFindings(study(...of), profile).map(({ slice, passed, severity }) => [slice ?? "all", passed, severity]);

  it("holds the mean over windows to its band, and every slice of enough rows to a wider one", () => {
    expect(judged(0.79, 6, 0.73)).toEqual([["all", true, "critical"], ["promo = yes", true, "critical"]]);
    expect(judged(0.77, 6, 0.71)).toEqual([["all", false, "critical"], ["promo = yes", false, "critical"]]);
    expect(judged(0.8, 6, 0.1, 999)).toEqual([["all", true, "critical"]]);
  });

  it("only warns where too few windows can tell", () => {
    expect(judged(0.6, 5, 0.5)).toEqual([["all", false, "warning"], ["promo = yes", false, "warning"]]);
  });
});
