/**
 * The report of a run: one HTML file that opens anywhere, with no network.
 *
 * @module
 */
import { raw } from "hono/html";
import { actualVsPredicted } from "@/charts/actual_vs_predicted.ts";
import { backtestWindows } from "@/charts/backtest_windows.ts";
import { scriptJson } from "@/charts/script_json.ts";
import { errorBy } from "@/charts/error_by.ts";
import type { Figure } from "@/charts/figure.ts";
import { formatDates, formatNumberOf, formatSales } from "@/charts/format.ts";
import { horizonCurve } from "@/charts/horizon_curve.ts";
import { importanceChart } from "@/charts/importance_chart.ts";
import { METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelComparison } from "@/charts/model_comparison.ts";
import { modelName, sentenceCase } from "@/charts/model_style.ts";
import { Answer, answerSentence, stepsInWords } from "@/charts/report/answer.tsx";
import { Chart } from "@/charts/report/chart.tsx";
import { DataQuality } from "@/charts/report/data_quality.tsx";
import { DataTable } from "@/charts/report/data_table.tsx";
import client from "@/charts/report/client.js" with { type: "text" };
import plot from "@/charts/report/plot.js" with { type: "text" };
import type { ReportData } from "@/charts/report/report_data.ts";
import { RunFacts } from "@/charts/report/run_facts.tsx";
import { ScoresTable } from "@/charts/report/scores_table.tsx";
import { SeriesExplorer } from "@/charts/report/series_explorer.tsx";
import { residualHistogram } from "@/charts/residual_histogram.ts";
import { stylesheet } from "@/charts/stylesheet.ts";
import { darkColours, figureTemplate } from "@/charts/theme.ts";
import { trainingCurve } from "@/charts/training_curve.ts";

/** Keeps a script's own text from ending the script element that it stands in. */
function scriptText(text: string): string {
  return text.replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
}

/** What the page's script needs of the figures; the template, the same for all, is sent once. */
function payload(figures: ReadonlyMap<string, Figure>): string {
  return scriptJson({
    template: figureTemplate(),
    dark: darkColours(),
    figures: Object.fromEntries(
      [...figures].map(([id, { data, layout: { template: _, ...layout }, config, title, subtitle }]) => [
        id,
        { data, layout, config, title, subtitle },
      ]),
    ),
  });
}

/** All figures of a report by id, in the order of the page. */
function reportFigures(data: ReportData): Map<string, Figure> {
  const { metric, champion, baseline, unit, frequency, holdout, scores } = data;
  const models = Object.keys(scores);
  const common = { metric, champion, baseline, unit };
  const figures = new Map<string, Figure>();
  data.series.forEach((series, i) =>
    figures.set(
      `series-${i}`,
      actualVsPredicted(series, { champion, baseline, from: holdout.from, unit, frequency, models }),
    )
  );
  const window = `holdout ${formatDates(holdout.from, holdout.to)}`;
  figures.set("models", modelComparison(scores, { ...common, window }));
  if (data.backtest.length > 0) {
    const windows = [...data.backtest, { origin: holdout.from, label: "holdout", scores }];
    figures.set("windows", backtestWindows(windows, { ...common, models }));
  }
  if (data.byStep.length > 0) figures.set("horizon", horizonCurve(data.byStep, { ...common, frequency }));
  data.errorBy.forEach((slice, i) => figures.set(`slice-${i}`, errorBy(slice, common)));
  if (data.residuals && data.residuals.length > 0) {
    figures.set("residuals", residualHistogram(data.residuals, { model: champion, unit }));
  }
  if (data.importance && Object.keys(data.importance).length > 0) {
    figures.set("importance", importanceChart(data.importance, { model: champion }));
  }
  if (data.training && data.training.length > 0) figures.set("training", trainingCurve(data.training));
  return figures;
}

function WorstRows({ data }: { readonly data: ReportData }) {
  if (data.worstRows.length === 0) return <p>No single row stands out.</p>;
  const notes = data.worstRows.some((row) => row.note);
  return (
    <DataTable
      table={{
        columns: ["series", "date", "actual", "forecast", "miss", modelName(data.baseline), ...(notes ? ["note"] : [])],
        rows: data.worstRows.map((row) => [
          row.id,
          row.ds.slice(0, 10),
          formatSales(row.y),
          formatSales(row.predicted),
          (row.predicted > row.y ? "+" : "") + formatSales(row.predicted - row.y),
          formatSales(row.baseline),
          ...(notes ? [row.note ?? ""] : []),
        ]),
      }}
      caption={`The rows that ${modelName(data.champion)} misses most, in ${data.unit}`}
    />
  );
}

function MetricMeanings({ data }: { readonly data: ReportData }) {
  const names = [data.metric, ...Object.keys(METRIC_WORDS).filter((name) => name !== data.metric)];
  return (
    <details>
      <summary>What the metrics mean</summary>
      <dl class="facts">
        {names.map((name) => (
          <>
            <dt>{METRIC_WORDS[name as keyof typeof METRIC_WORDS].label}</dt>
            <dd>{METRIC_WORDS[name as keyof typeof METRIC_WORDS].meaning}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

function Body({ data, figures }: { readonly data: ReportData; readonly figures: ReadonlyMap<string, Figure> }) {
  const { metric, champion, baseline, backtest, holdout } = data;
  const window = formatDates(holdout.from, holdout.to);
  const chart = (id: string) => {
    const figure = figures.get(id);
    return figure ? <Chart id={id} figure={figure} /> : "";
  };
  const oldest = backtest.toSorted((a, b) => b.origin.localeCompare(a.origin));
  return (
    <main class="page">
      <header>
        <p class="eyebrow">shelfcast report · {data.title}</p>
        <h1>{answerSentence(data)}</h1>
        <Answer data={data} />
        {data.notes.length > 0 ? <ul class="notes">{data.notes.map((note) => <li>{note}</li>)}</ul> : ""}
        <nav aria-label="Sections">
          <ul>
            <li>
              <a href="#series">Actual and forecast</a>
            </li>
            <li>
              <a href="#models">Models</a>
            </li>
            <li>
              <a href="#errors">Where the error is</a>
            </li>
            <li>
              <a href="#learned">What the model uses</a>
            </li>
            <li>
              <a href="#data">Data</a>
            </li>
            <li>
              <a href="#run">What was run</a>
            </li>
          </ul>
        </nav>
        <noscript>
          <p>The charts need JavaScript; the numbers of each are in the table below it.</p>
        </noscript>
      </header>
      <section id="series" aria-labelledby="series-heading">
        <h2 id="series-heading">Actual and forecast</h2>
        <SeriesExplorer data={data} figures={data.series.map((_, i) => figures.get(`series-${i}`)!)} />
      </section>
      <section id="models" aria-labelledby="models-heading">
        <h2 id="models-heading">Models</h2>
        <p>
          {METRIC_WORDS[metric].label} decides. The champion was chosen on {backtest.length === 0
            ? "no backtest window, as the history is too short"
            : `${formatNumberOf(backtest.length, "backtest window")} before the holdout`}; the holdout only reports.
        </p>
        <ScoresTable
          scores={data.scores}
          metric={metric}
          champion={champion}
          baseline={baseline}
          caption={`Holdout ${window}, ${
            stepsInWords(data.horizon, data.frequency)
          } ahead; ★ marks the best. WMAE, RMSE and MAE in ${data.unit}`}
        />
        <MetricMeanings data={data} />
        <div class="pair">
          {chart("models")}
          {chart("windows")}
        </div>
        {oldest.length > 0
          ? (
            <details>
              <summary>All metrics of each backtest window</summary>
              {oldest.map((one) => (
                <ScoresTable
                  scores={one.scores}
                  metric={metric}
                  champion={champion}
                  baseline={baseline}
                  caption={`Window from ${one.origin.slice(0, 10)}, ${
                    stepsInWords(data.horizon, data.frequency)
                  } ahead`}
                />
              ))}
            </details>
          )
          : ""}
      </section>
      <section id="errors" aria-labelledby="errors-heading">
        <h2 id="errors-heading">Where the error is</h2>
        <p>On the holdout, {window}: {modelName(champion)} beside {modelName(baseline)}.</p>
        <div class="pair">
          {data.errorBy.map((_, i) => chart(`slice-${i}`))}
          {chart("horizon")}
          {chart("residuals")}
        </div>
        <details>
          <summary class="block">The rows that were missed most</summary>
          <WorstRows data={data} />
        </details>
      </section>
      <section id="learned" aria-labelledby="learned-heading">
        <h2 id="learned-heading">What the model uses</h2>
        {figures.has("importance") || figures.has("training")
          ? (
            <div class="pair">
              {chart("importance")}
              {chart("training")}
            </div>
          )
          : <p>{sentenceCase(modelName(champion))} does not say which features it uses.</p>}
      </section>
      <section id="data" aria-labelledby="data-heading">
        <h2 id="data-heading">Data</h2>
        <DataQuality data={data} />
      </section>
      <section id="run" aria-labelledby="run-heading">
        <h2 id="run-heading">What was run</h2>
        <RunFacts data={data} />
      </section>
    </main>
  );
}

/**
 * Writes a run's report as one self-contained HTML page: the answer, charts with their numbers, and what was run.
 *
 * Figures are drawn by Plotly, which the page carries inside; it asks no network for anything.
 *
 * @param data What the report tells.
 * @param options `plotly` is the text of Plotly's browser build (the basic one draws everything here).
 * @returns The HTML document.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { renderReport } from "@/charts/report/report.tsx";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const html = renderReport({
 *   dataset: "rossmann",
 *   title: "Drug stores, daily",
 *   unit: "EUR a day",
 *   frequency: "1d",
 *   source: "synthetic",
 *   asOf: "2015-08-01",
 *   horizon: 42,
 *   holdout: { from: "2015-06-20", to: "2015-07-31", rows: 400 },
 *   metric: "rmspe",
 *   champion: "lightgbm",
 *   baseline: "seasonal_naive",
 *   scores: { lightgbm: { ...none, rmspe: 0.1 }, seasonal_naive: { ...none, rmspe: 0.2 } },
 *   backtest: [],
 *   series: [],
 *   errorBy: [],
 *   byStep: [],
 *   worstRows: [],
 *   cleaning: [],
 *   findings: [],
 *   leak: { passed: true, checked: 60 },
 *   stages: [],
 *   revision: "abc1234",
 *   fingerprint: "sha256:…",
 *   createdAt: "2026-11-21T10:00:00Z",
 *   notes: [],
 * }, { plotly: "/* the text of plotly-basic.min.js *\/" });
 * expect(html).toContain("50\u00a0% below seasonal naive");
 * ```
 */
export function renderReport(data: ReportData, { plotly }: { readonly plotly: string }): string {
  const figures = reportFigures(data);
  const csp = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={csp} />
        <meta name="color-scheme" content="light dark" />
        <title>{`${data.title}: shelfcast report`}</title>
        <link rel="icon" href="data:," />
        <style>{raw(stylesheet())}</style>
      </head>
      <body>
        <Body data={data} figures={figures} />
        <script type="application/json" id="figures">{raw(payload(figures))}</script>
        <script>{raw(scriptText(plotly))}</script>
        <script>{raw(scriptText(plot + client))}</script>
      </body>
    </html>
  );
  return `<!doctype html>\n${page.toString()}\n`;
}
