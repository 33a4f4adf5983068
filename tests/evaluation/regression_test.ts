import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { metricRegressions, score, type VersionMetrics } from "@/evaluation/mod.ts";

/** A version whose model is off by `error` and whose baseline by `naive`, in each of its windows. */
function version(error: number, { naive = 20, windows = 2, fingerprint = "a", metric = "mae" } = {}): VersionMetrics {
  const scores = { lightgbm: score([100], [100 + error]), naive: score([100], [100 + naive]) };
  const backtest = Array.from({ length: windows }, (_, k) => ({ origin: `2015-0${k + 1}-01`, scores }));
  return { champion: "lightgbm", baseline: "naive", metric, fingerprint, scores, backtest };
}
const verdicts = (...versions: Parameters<typeof metricRegressions>) =>
  metricRegressions(...versions).map(({ passed }) => passed);

describe("metricRegressions()", () => {
  it("lets pass what is as good, better, or worse by less than the tolerance", () => {
    for (const error of [5, 10, 10.49]) expect(verdicts(version(error), version(10))).toEqual([true, true]);
  });

  it("refuses what is worse by more", () => {
    expect(verdicts(version(10.6), version(10))).toEqual([false, false]);
    expect(verdicts(version(10.6), version(10), { tolerance: 0.1 })).toEqual([true, true]);
  });

  it("on other data, compares shares of the baseline's error: a hard month is no regression", () => {
    const before = version(10, { naive: 20 });
    expect(verdicts(version(30, { naive: 60, fingerprint: "b" }), before)).toEqual([true]);
    expect(verdicts(version(9, { naive: 10, fingerprint: "b" }), before)).toEqual([false]);
  });

  it("counts the backtest's windows and the holdout alike", () => {
    const now = { ...version(10), scores: version(16).scores };
    const [finding] = metricRegressions(now, version(10));
    expect(finding!.observed).toBeCloseTo((10 + 10 + 16) / 3 / 20);
  });

  it("refuses to compare what cannot be compared", () => {
    expect(() => metricRegressions(version(1, { metric: "smape" }), version(1))).toThrow("smape now, mae before");
    const lacking = { ...version(1), champion: "xgboost" };
    expect(() => metricRegressions(lacking, version(1))).toThrow("xgboost needs a mae above 0 in every window");
  });
});
