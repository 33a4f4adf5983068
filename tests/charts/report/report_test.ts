import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { answerSentence } from "@/charts/report/answer.tsx";
import { renderReport } from "@/charts/report/report.tsx";
import { plotlyText } from "../../support/browser.ts";
import { fakeReport, scoresOf } from "./fake_report.ts";

const render = (changes = {}) => renderReport(fakeReport(changes), { plotly: "/* Plotly */" });
const words = (text: string) => text.replaceAll("\u00a0", " ");

describe("renderReport()", () => {
  it("opens with the answer: one sentence, three figures", () => {
    const html = words(render());
    const opening = html.slice(html.indexOf("<h1"), html.indexOf("<nav"));
    expect(opening).toContain("LightGBM forecasts 42 days ahead with an RMSPE of 9.9 %, 54 % below seasonal naive.");
    expect(opening.match(/<dt>/g)?.length).toBe(3);
    expect(opening).toContain("rossmann version 3");
  });

  it("marks the best value of each metric once, and missing values with a dash", () => {
    const html = render({ backtest: [] });
    expect(html.match(/class="number best"/g)?.length).toBe(8);
    const row = words(html).slice(words(html).indexOf("holt winters"));
    expect(row.slice(0, row.indexOf("</tr>"))).toContain(">–</td>");
  });

  it("escapes what comes from data, in the page and in the figures", () => {
    const evil = '</script><script>alert("x")</script><img src=x onerror=alert(1)>';
    const { series } = fakeReport();
    const html = render({ title: evil, notes: [evil], source: evil, series: [{ ...series[0]!, label: evil }] });
    expect(html).not.toContain("<img src=x");
    expect(html).not.toContain('<script>alert("x")');
    // The figures, Plotly, and the page's own script: no element more.
    expect(html.match(/<script/g)?.length).toBe(3);
    expect(html.match(/<\/script>/g)?.length).toBe(3);
  });

  it("keeps a script's text from ending its element", () => {
    const html = renderReport(fakeReport(), { plotly: 'x = "</script><!--"' });
    expect(html.match(/<\/script>/g)?.length).toBe(3);
    expect(html).toContain('x = "\\x3c/script>\\x3c!--"');
  });

  it("names no address outside itself", async () => {
    const html = renderReport(fakeReport(), { plotly: await plotlyText() });
    expect(html).not.toMatch(/<(?:script|img|iframe|link)[^>]+(?:src|href)="(?!data:)/);
    expect(html).toContain("default-src &#39;none&#39;");
    expect(html.length).toBeLessThan(3_000_000);
  });

  it("is the same text for the same data", () => {
    expect(render()).toBe(render());
  });

  it("says so where a section has nothing to tell", () => {
    const html = render({
      series: [],
      backtest: [],
      errorBy: [],
      byStep: [],
      importance: {},
      training: [],
      residuals: [],
      worstRows: [],
      cleaning: [],
      findings: [],
      stages: [],
      notes: [],
    });
    for (
      const sentence of [
        "No series was kept",
        "no backtest window",
        "does not say which features it uses",
        "Nothing needed cleaning",
        "No check was run",
        "No single row stands out",
      ]
    ) expect(html).toContain(sentence);
    // What people read: the page without its scripts.
    expect(html.slice(0, html.indexOf("<script"))).not.toMatch(/undefined|NaN|\[object/);
  });

  it("warns that scores cannot be trusted when a feature sees the future", () => {
    const html = render({ leak: { passed: false, checked: 60, guilty: ["y_mean peeks at y by 42 steps"] } });
    expect(html).toContain("Features see the future");
    expect(html).toContain("y_mean peeks at y by 42 steps");
  });

  it("gives every chart a heading and a table", () => {
    const html = render();
    const charts = html.match(/class="plot"/g)!.length;
    expect(charts).toBe(9);
    expect(html.match(/<h3/g)!.length).toBeGreaterThanOrEqual(charts);
    expect(html.match(/Numbers of this chart/g)!.length).toBe(charts);
  });

  it("gives every table a caption and scoped headings", () => {
    const html = render();
    expect(html.match(/<caption>/g)!.length).toBe(html.match(/<table>/g)!.length);
    expect(html).not.toMatch(/<th(?! scope| *ead)[ >]/);
  });
});

describe("answerSentence()", () => {
  const base = fakeReport();

  it("does not call a loss a win", () => {
    const scores = { lightgbm: scoresOf(0.3), seasonal_naive: scoresOf(0.2) };
    expect(words(answerSentence({ ...base, scores }))).toMatch(/RMSPE of 30.0 %, 50 % above seasonal naive\.$/);
  });

  it("names the unit of an error in units of sales", () => {
    expect(answerSentence({ ...base, metric: "mae" })).toContain("with an MAE of 505 EUR a day, ");
  });

  it("says so when nothing beat the baseline", () => {
    expect(answerSentence({ ...base, champion: "seasonal_naive" })).toMatch(/no model did better in the backtest\.$/);
  });

  it("uses the article that the metric's name asks for", () => {
    const article = (metric: "rmspe" | "wmae" | "smape" | "mae" | "mase") =>
      / with (an?) /.exec(answerSentence({ ...base, metric }))![1];
    expect([article("rmspe"), article("wmae"), article("smape"), article("mae"), article("mase")])
      .toEqual(["an", "a", "a", "an", "a"]);
  });
});
