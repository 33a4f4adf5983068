import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type DriftData, driftReport } from "@/charts/mod.ts";

const errors = { rows: 7, rmspe: 0.4, rmse: 30, mae: 20, mape: 0.31, wape: 0.12, bias: 0.01, coverage: {} };
const performance: NonNullable<DriftData["performance"]> = {
  overall: errors,
  recent: errors,
  rolling: [{ ds: "2012-05-04", ...errors }],
  slices: [],
  baseline: { measure: "wape", mean: 0.1, of: "holdout" },
  concept: null,
  regression: {
    quality: { meanError: 2, r2: null },
    sample: [{ y: 100, yHat: 102 }],
    errors: { edges: [0, 4], counts: [7] },
    normality: [],
    bias: [],
    groups: [],
  },
};
const page = (own: typeof performance) =>
  driftReport({
    dataset: "walmart",
    unit: "USD a week",
    asOf: "2012-05-11",
    checkedAt: "2012-05-11T06:00:00Z",
    model: null,
    window: { from: "2012-05-04", to: "2012-05-11", rows: 7 },
    columns: {},
    explained: [],
    unexplained: [],
    findings: [],
    performance: own,
    predictions: null,
    expected: null,
    due: false,
    reasons: [],
  }).replaceAll(/\s+/g, " ");

describe("driftReport()", () => {
  it("tells the error lately by what its baseline was measured in", () => {
    expect(page(performance)).toContain('<dd class="figure">12.0 %</dd><dd class="detail">WAPE of 7 rows</dd>');
    const mape = page({ ...performance, baseline: null });
    expect(mape).toContain('<dd class="figure">31.0 %</dd><dd class="detail">MAPE of 7 rows</dd>');
  });
});
