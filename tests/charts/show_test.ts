/** What every value shows in a notebook, whatever its data. */
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { dashboardPage, display, type Displayable, type MimeBundle, notebookPage, showFindings } from "@/charts/mod.ts";
import { showFrame, showNotice, showPage, showPanel, showTable, staticSvg } from "@/charts/mod.ts";
import { autocorrelationChart, calendarHeatMap, decompositionChart, effectChart, type Figure } from "@/charts/mod.ts";
import { holidayChart, intervalCoverage, leakPriceChart, seriesOverTime } from "@/charts/mod.ts";
import { beeswarmChart, waterfallChart } from "@/charts/mod.ts";
import { panel } from "../support/panel.ts";

const bundleOf = (shown: Displayable): MimeBundle => shown[Symbol.for("Jupyter.display")]!();
const grid = {
  rowsAre: "day_of_week",
  columnsAre: "month",
  rows: [1, 2],
  columns: [1, 2],
  values: [[1, 1.2], [null, 0.8]],
} as const;
const effect = { lift: 0.3, low: 0.2, high: 0.4, series: 3, rows: 40 };
const days = ["2015-01-01", "2015-01-02", "2015-01-03"];
const part = [1, 3, 2];

const FIGURES: Readonly<Record<string, () => Figure>> = {
  autocorrelationChart: () => autocorrelationChart({ values: [0.1, 0.7], bound: 0.2 }, { frequency: "1d" }),
  calendarHeatMap: () => calendarHeatMap(grid, { show: "sales" }),
  "calendarHeatMap closed": () => calendarHeatMap(grid, { show: "closed" }),
  decompositionChart: () =>
    decompositionChart({
      ds: days,
      y: part,
      trend: part,
      seasonal: part,
      remainder: part,
      trendStrength: 0.1,
      seasonalStrength: 0.9,
    }, { season: "week", unit: "EUR a day" }),
  effectChart: () => effectChart({ event: "promo", level: 0.95, all: effect, byWeekday: [{ weekday: 1, ...effect }] }),
  holidayChart: () =>
    holidayChart([{ offset: -1, ratio: 1.2, rows: 3 }, { offset: 0, ratio: null, rows: 0 }], {
      event: "state_holiday",
      frequency: "1d",
    }),
  intervalCoverage: () =>
    intervalCoverage([{ level: 80, held: 0.79, width: 30, winkler: 50 }], { model: "lightgbm", on: "6 windows" }),
  waterfallChart: () =>
    waterfallChart([{ feature: "promo", value: 1, contribution: 0.3 }, {
      feature: "y_lag42",
      value: 8.2,
      contribution: -0.1,
    }], {
      title: "On Monday, promo raises the forecast most, by 35 %",
      subtitle: "",
      space: "log1p",
      expected: 8,
      most: 1,
    }),
  beeswarmChart: () =>
    beeswarmChart([
      { feature: "promo", values: [0, 1, NaN], contributions: [-0.1, 0.3, 0.2] },
      { feature: "constant", values: [1, 1, 1], contributions: [0, 0, 0] },
    ], { space: "identity", subtitle: "3 forecasts" }),
  leakPriceChart: () =>
    leakPriceChart({ baseline: 0.3, honest: 0.2, flattered: 0.1, atWork: 0.25 }, { metric: "rmspe", feature: "x" }),
  seriesOverTime: () => seriesOverTime({ ds: days, known: [2, 2, 1], trading: [2, 0, 1] }),
};

for (const [name, make] of Object.entries(FIGURES)) {
  describe(name, () => {
    const figure = make();

    it("is plain JSON, and states its finding with numbers", () => {
      expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
      expect(figure.title).toMatch(/\d/);
      expect(`${figure.title} ${figure.subtitle}`).not.toMatch(/undefined|NaN|null|\[object/);
    });

    it("names what its axes measure, and has its numbers as a table", () => {
      const titles = Object.entries(figure.layout).filter(([key]) => /^[xy]axis/.test(key))
        .map(([, axis]) => (axis as { title?: { text?: string } }).title?.text ?? "");
      expect(titles.join("")).not.toBe("");
      expect(figure.table.rows.length).toBeGreaterThan(0);
      for (const row of figure.table.rows) expect(row.length).toBe(figure.table.columns.length);
    });

    it("has a static drawing with marks and no broken number", () => {
      const svg = staticSvg(figure);
      expect(svg.match(/class="mark"/g)?.length ?? 0).toBeGreaterThan(0);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    });
  });
}

describe("display()", () => {
  it("shows text that looks like HTML as it is written", () => {
    const figure = { ...FIGURES["seriesOverTime"]!(), title: "</script><img src=x>" };
    const bundle = bundleOf(display(figure));
    expect(bundle["text/html"]).not.toContain("<img");
    expect(bundle["image/svg+xml"]).not.toContain("<img");
  });
});

describe("show…()", () => {
  it("never shows a wall of JSON: every value has HTML and text", () => {
    const shop = panel();
    for (
      const shown of [
        showPanel(shop),
        showFindings([]),
        showNotice("nothing"),
        showPage("<p>page</p>", { title: "page" }),
        showTable({ columns: ["a"], rows: [] }, { caption: "empty" }),
      ]
    ) {
      const bundle = bundleOf(shown);
      expect(String(bundle["text/html"])).toMatch(/^<\w/);
      expect(String(bundle["text/plain"])).not.toMatch(/[{}]/);
    }
  });

  it("showFrame() shows all rows of a short frame, first and last ones of a long one, and leaves it as it was", () => {
    const frame = pl.DataFrame({ y: Array.from({ length: 100 }, (_, k) => k) });
    const text = (rows: number) => String(bundleOf(showFrame(frame.head(rows), { title: "t" }))["text/plain"]);
    expect(text(8).split("\n").length).toBe(10);
    expect(text(100).split("\n").length).toBe(11);
    expect(frame.height).toBe(100);
  });

  it("showFindings() puts broken and critical ones first", () => {
    const finding = { check: "expect_x", observed: 1, wanted: "2" } as const;
    const text = String(
      bundleOf(showFindings([
        { ...finding, passed: true, severity: "critical" },
        { ...finding, passed: false, severity: "warning" },
        { ...finding, passed: false, severity: "critical" },
      ]))["text/plain"],
    );
    expect(text).toMatch(/2 of 3[^]*critical[^]*warning[^]*kept/);
  });
});

describe("notebookPage()", () => {
  it("takes figures out of the outputs, once, and asks no network for anything", () => {
    const figure = display(FIGURES["effectChart"]!());
    const body = String(bundleOf(figure)["text/html"]);
    const page = notebookPage({ title: "t", body: body + body, plotly: "/* plotly */", about: "a" });
    expect(page.match(/data-figure="/g)?.length).toBe(2);
    expect(page).not.toContain('class="shelfcast-figure"');
    expect(page.replaceAll("http://www.w3.org", "")).not.toMatch(/(src|href)="https?:/);
  });
});

describe("dashboardPage()", () => {
  const dashboard = {
    about: "two shops",
    answer: "Promotions lift sales by 30 % & more.",
    numbers: [{ label: "Effect", value: "+30 %", detail: "3 series" }],
    figures: [FIGURES["effectChart"]!(), FIGURES["seriesOverTime"]!()],
  };

  it("opens with the answer and its numbers, then the figures, each with its own numbers", () => {
    const page = dashboardPage(dashboard, { plotly: "/* plotly */" });
    expect(page).toMatch(
      /<h1>Promotions lift sales by 30 % &amp; more\.<\/h1>[^]*\+30 %[^]*data-figure="0"[^]*data-figure="1"/,
    );
    expect(page.match(/<details>/g)?.length).toBe(2);
    expect(page.replaceAll("http://www.w3.org", "")).not.toMatch(/(src|href)="https?:/);
  });

  it("draws without a script when it is given none", () => {
    const page = dashboardPage(dashboard);
    expect(page).not.toContain("<script");
    expect(page.match(/<svg /g)?.length).toBe(2);
  });
});
