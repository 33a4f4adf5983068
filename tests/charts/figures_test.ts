/** What every chart function promises, whatever its data. */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Data, PlotData } from "plotly.js";
import { actualVsPredicted } from "@/charts/actual_vs_predicted.ts";
import { backtestWindows } from "@/charts/backtest_windows.ts";
import { driftTimeline } from "@/charts/drift_timeline.ts";
import { errorBy } from "@/charts/error_by.ts";
import type { Figure } from "@/charts/figure.ts";
import { horizonCurve } from "@/charts/horizon_curve.ts";
import { importanceChart } from "@/charts/importance_chart.ts";
import { leadChart } from "@/charts/lead_chart.ts";
import { modelComparison } from "@/charts/model_comparison.ts";
import { policyChart } from "@/charts/policy_chart.ts";
import { residualHistogram } from "@/charts/residual_histogram.ts";
import { stalenessChart } from "@/charts/staleness_chart.ts";
import { darkColours, okabeIto } from "@/charts/theme.ts";
import { trainingCurve } from "@/charts/training_curve.ts";
import { fakeReport } from "./report/fake_report.ts";

const data = fakeReport();
const { metric, champion, baseline, unit, frequency } = data;
const common = { metric, champion, baseline, unit };
const explore = { champion, baseline, unit, frequency, from: data.holdout.from };

const VERSIONS = { first: "version 2", other: "version 1" };

const FULL: Readonly<Record<string, () => Figure>> = {
  actualVsPredicted: () => actualVsPredicted(data.series[0]!, explore),
  backtestWindows: () => backtestWindows(data.backtest, common),
  errorBy: () => errorBy(data.errorBy[0]!, common),
  horizonCurve: () => horizonCurve(data.byStep, { ...common, frequency }),
  importanceChart: () => importanceChart(data.importance!, { model: champion }),
  leadChart: () =>
    leadChart(
      [{ date: "2015-06-01", first: 0.1, other: 0.2 }, { date: "2015-06-02", first: 0.2, other: 0.1 }],
      VERSIONS,
    ),
  modelComparison: () => modelComparison(data.scores, { ...common, window: "holdout" }),
  driftTimeline: () =>
    driftTimeline([
      { date: "2015-06-01", distance: 0.05, threshold: 0.1, due: false },
      { date: "2015-06-02", distance: 0.25, threshold: 0.1, due: true },
    ], { changed: "2015-06-01" }),
  policyChart: () =>
    policyChart(
      ["never", "monthly", "drift"].map((policy, k) => ({
        policy,
        weeks: [{ week: "2015-06-01", cost: 100 - k }, { week: "2015-06-08", cost: 110 - 3 * k }],
        deployed: k === 1 ? ["2015-06-08"] : [],
      })),
      "€",
    ),
  stalenessChart: () =>
    stalenessChart([{ age: 0, wape: 0.1, fresh: 0.1, pairs: 9 }, { age: 4, wape: 0.13, fresh: 0.1, pairs: 5 }]),
  residualHistogram: () => residualHistogram(data.residuals!, { model: champion, unit }),
  trainingCurve: () => trainingCurve(data.training!),
};

const EMPTY: Readonly<Record<string, () => Figure>> = {
  actualVsPredicted: () => actualVsPredicted({ id: "1", ds: [], y: [], predictions: {} }, explore),
  backtestWindows: () => backtestWindows([], common),
  errorBy: () => errorBy({ slice: "state", title: "state", levels: [] }, common),
  horizonCurve: () => horizonCurve([], { ...common, frequency }),
  importanceChart: () => importanceChart({}, { model: champion }),
  leadChart: () => leadChart([], VERSIONS),
  modelComparison: () => modelComparison({}, { ...common, window: "holdout" }),
  driftTimeline: () => driftTimeline([]),
  policyChart: () => policyChart([], "€"),
  stalenessChart: () => stalenessChart([]),
  residualHistogram: () => residualHistogram([], { model: champion, unit }),
  trainingCurve: () => trainingCurve([]),
};

const visible = (figure: Figure) =>
  figure.data.filter((trace: Data) => (trace as Partial<PlotData>).visible !== "legendonly") as Partial<PlotData>[];

for (const [name, make] of Object.entries(FULL)) {
  describe(`${name}()`, () => {
    const figure = make();

    it("is plain JSON: nothing is lost on the way to a page or a notebook", () => {
      expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    });

    it("states its finding in one line of words, with numbers", () => {
      expect(figure.title).toMatch(/\d/);
      expect(figure.title).not.toMatch(/undefined|NaN|null|\[object/);
      expect(figure.subtitle).not.toMatch(/undefined|NaN|null|\[object/);
      expect(figure.title.endsWith(".")).toBe(false);
    });

    it("names the unit of its measure", () => {
      const titles = [figure.layout.xaxis, figure.layout.yaxis].map((axis) =>
        (axis?.title as { text?: string })?.text ?? ""
      );
      expect(titles.some((title) => /\(|Validation|Rows/.test(title))).toBe(true);
    });

    it("draws at most six lines", () => {
      const lines = visible(figure).filter((trace) => trace.mode?.includes("lines") && trace.name !== undefined);
      expect(lines.length).toBeLessThanOrEqual(6);
    });

    it("uses only colours that have a dark counterpart, or are Okabe and Ito's", () => {
      const known = new Set([...Object.keys(darkColours()), ...Object.values(okabeIto)]);
      const used = JSON.stringify([figure.data, figure.layout]).match(/#[0-9a-f]{3,8}\b/gi) ?? [];
      expect(used.filter((colour) => !known.has(colour))).toEqual([]);
    });

    it("has a table whose rows fit its columns", () => {
      expect(figure.table.rows.length).toBeGreaterThan(0);
      for (const row of figure.table.rows) {
        expect(row.length).toBe(figure.table.columns.length);
        for (const cell of row) expect(typeof cell).toBe("string");
      }
    });

    it("has room for its own title above the drawing", () => {
      expect(figure.layout.margin!.t!).toBeGreaterThan(40);
      expect(figure.layout.height! - figure.layout.margin!.t! - figure.layout.margin!.b!).toBeGreaterThan(20);
    });
  });
}

for (const [name, make] of Object.entries(EMPTY)) {
  it(`${name}() of nothing says so instead of failing`, () => {
    const figure = make();
    expect(figure.title).not.toBe("");
    expect(JSON.stringify([figure.title, figure.subtitle, figure.layout])).not.toMatch(/undefined|NaN|Infinity/);
    // JSON writes NaN and Infinity as null: an axis range with one would not be drawn.
    expect(JSON.stringify(figure.layout)).not.toMatch(/"range":\[[^\]]*null/);
    expect(figure.table.rows).toEqual([]);
  });
}
