/**
 * The page about drift: has the world changed, does the model still hold, and what is to be done?
 *
 * @module
 */
import { raw } from "hono/html";
import type { DriftData } from "@/charts/drift_report/drift_data.ts";
import {
  datesFigures,
  errorsFigure,
  expectedFigure,
  measureOf,
  predictionsFigure,
  regressionFigures,
  shapeFigure,
  wordsOf,
} from "@/charts/drift_report/drift_figures.ts";
import type { Figure } from "@/charts/figure.ts";
import { formatCount, formatDate, formatNumberOf, formatPercent, formatSales, formatTime } from "@/charts/format.ts";
import { DataTable } from "@/charts/report/data_table.tsx";
import { figureHtml } from "@/charts/show/figure_html.tsx";
import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";

export type { Band, DriftColumn, DriftData, Errors, Moved } from "@/charts/drift_report/drift_data.ts";

/**
 * Writes the page as one self-contained HTML file: the answer, what changed (ranked by how far beyond the usual), how
 * forecasts fare, and what error is to be expected.
 *
 * @param options.plotly The text of Plotly's browser build; without it the page shows static drawings and runs no script.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { driftReport } from "@/charts/mod.ts";
 *
 * const html = driftReport({
 *   dataset: "rossmann",
 *   unit: "EUR a day",
 *   asOf: "2015-08-01",
 *   checkedAt: "2015-08-01T06:00:00Z",
 *   model: null,
 *   window: { from: "2015-07-18", to: "2015-08-01", rows: 15_610 },
 *   columns: {},
 *   explained: [],
 *   unexplained: [],
 *   findings: [],
 *   performance: null,
 *   predictions: null,
 *   expected: null,
 *   due: false,
 *   reasons: [],
 * });
 * expect(html).toContain("Nothing asks for another training");
 * ```
 */
export function driftReport(data: DriftData, { plotly }: { readonly plotly?: string } = {}): string {
  const body = <Body data={data} />;
  return pageOfFigures({
    title: `${data.dataset}: shelfcast drift`,
    body: body.toString(),
    ...plotly === undefined ? {} : { plotly },
  });
}

function Body({ data }: { readonly data: DriftData }) {
  const { dataset, window, model, due, reasons, columns, unexplained, explained, performance, expected, unit } = data;
  const ranked = Object.entries(columns).toSorted(([, a], [, b]) => impact(b) - impact(a));
  const draw = (figure: Figure | undefined) => figure === undefined ? "" : raw(figureHtml(figure));
  return (
    <main class="page">
      <header>
        <p class="eyebrow">shelfcast drift · {dataset}</p>
        <h1>{due ? "The model should be trained again" : "Nothing asks for another training"}</h1>
        {reasons.length > 0 ? <ul class="notes">{reasons.map((reason) => <li>{reason}</li>)}</ul> : ""}
        <dl class="answer">
          <div>
            <dt>Changed without a reason</dt>
            <dd class="figure">{unexplained.length} of {Object.keys(columns).length}</dd>
            <dd class="detail">columns; {explained.length} more changed as the calendar lets expect</dd>
          </div>
          <div>
            <dt>Error lately</dt>
            <dd class="figure">
              {performance === null ? "–" : formatPercent(performance.recent[measureOf(performance)])}
            </dd>
            <dd class="detail">
              {performance === null
                ? "no forecast was logged whose sales are known"
                : `${measureOf(performance).toUpperCase()} of ${formatNumberOf(performance.recent.rows, "row")}`}
            </dd>
          </div>
          <div>
            <dt>Error to come</dt>
            <dd class="figure">{expected === null ? "–" : formatPercent(expected.expected)}</dd>
            <dd class="detail">
              {expected === null ? "no forecast waits for its sales" : `${formatPercent(expected.usual)} is usual`}
            </dd>
          </div>
        </dl>
        <p class="quiet">
          Judged {formatCount(window.rows)} rows from {formatDate(window.from)} until before {formatDate(window.to)} by
          {" "}
          {model ?? "no model in production"}, {formatTime(data.checkedAt)}.
        </p>
      </header>
      <section aria-labelledby="changed">
        <h2 id="changed">What changed</h2>
        <p>
          Ranked by how far beyond the usual. Each column is compared with days of the same kind a year ago, and with
          its whole history, the calendar ignored.
        </p>
        <DataTable
          caption="Columns by how far they moved"
          verbatim
          wide={[1]}
          table={{
            columns: ["Column", "Verdict", "Measure", "Value", "Unusual from", "Chance", "Rows", "Calendar ignored"],
            rows: ranked.map(([name, column]) => [
              wordsOf(name),
              `${column.drifted ? "✗" : "✓"} ${column.verdict}`,
              column.method,
              digits(column.value),
              digits(column.threshold),
              column.p === null ? "–" : column.p < 0.001 ? "< 0.001" : digits(column.p),
              formatCount(column.rows.current),
              column.plain.drifted ? "✗ drifted" : "✓ same",
            ]),
          }}
        />
        <div class="pair">{ranked.slice(0, MOST_DRAWN).map(([name, column]) => draw(shapeFigure(name, column)))}</div>
      </section>
      <Findings data={data} />
      {performance === null ? "" : (
        <section aria-labelledby="errors">
          <h2 id="errors">How forecasts fare</h2>
          {draw(errorsFigure(performance))}
          <DataTable
            caption="Errors by what the days and series are"
            verbatim
            table={{
              columns: ["Group", "Rows", "RMSPE", "RMSE", "MAE", "MAPE", "WAPE", "Bias"],
              rows: [["All", performance.overall] as const, ["Lately", performance.recent] as const]
                .map(([name, own]) => errorRow(name, own))
                .concat(
                  performance.slices.map((own) => errorRow(`${own.column.replaceAll("_", " ")} ${own.level}`, own)),
                ),
            }}
          />
          <div class="pair">
            {[...datesFigures(performance, unit), ...regressionFigures(performance, unit)].map(draw)}
          </div>
          <DataTable
            caption="How good they are"
            verbatim
            table={{
              columns: ["", "Mean", "Spread"],
              rows: qualityRows(performance.regression.quality),
            }}
          />
          <DataTable
            caption="Rows forecast far too low and far too high (a twentieth each) beside all rows"
            verbatim
            table={{
              columns: ["Feature", "All", "Too low", "Too high", "Range, %"],
              rows: performance.regression.bias.map((row) => [
                row.feature.replaceAll("_", " "),
                ...[row.majority, row.underestimation, row.overestimation].map((value) =>
                  typeof value === "number" ? digits(value) : value
                ),
                digits(row.range),
              ]),
            }}
          />
        </section>
      )}
      {data.predictions === null ? "" : (
        <section aria-labelledby="forecasts">
          <h2 id="forecasts">The newest forecasts</h2>
          {draw(predictionsFigure(data.predictions, unit))}
          {expected === null ? "" : draw(expectedFigure(expected))}
          {expected === null || (expected.lead ?? []).length === 0 ? "" : (
            <DataTable
              caption="How early the estimate would have warned: rolling origins replayed day by day"
              verbatim
              table={{
                columns: [
                  "Errors",
                  "Replays",
                  "Warned",
                  "Known errors did",
                  "Warned first",
                  "Steps after it began",
                  "Before the last was known",
                  "Before known errors",
                  "Came, of what was estimated",
                ],
                rows: expected.lead!.map((row) => [
                  row.excess === 0 ? "as they were" : `${formatPercent(row.excess, 0)} larger`,
                  String(row.replays),
                  String(row.warned),
                  String(row.found),
                  String(row.first),
                  digits(row.afterStart),
                  digits(row.beforeEnd),
                  digits(row.beforeFound),
                  formatPercent(row.cameOfExpected, 0),
                ]),
              }}
            />
          )}
        </section>
      )}
    </main>
  );
}

/** Columns that get a drawing: the rest is in the table. */
const MOST_DRAWN = 24;

function impact({ value, threshold, drifted }: DriftData["columns"][string]): number {
  // Unexplained first; a column that is gone is as far as it gets.
  return (drifted ? 1e6 : 0) + (value === null ? 1e6 : threshold > 0 ? value / threshold : value);
}

/** What Evidently's RegressionPreset tells in numbers. */
function qualityRows(quality: NonNullable<DriftData["performance"]>["regression"]["quality"]): string[][] {
  const { meanError, meanErrorStd, meanAbsoluteError, meanAbsoluteErrorStd, rootMeanSquaredError, maxAbsoluteError } =
    quality;
  const { meanAbsolutePercentageError: share = null, meanAbsolutePercentageErrorStd: shareStd = null, r2 } = quality;
  return [
    ["Error", digits(meanError), digits(meanErrorStd ?? null)],
    ["Absolute error", digits(meanAbsoluteError ?? null), digits(meanAbsoluteErrorStd ?? null)],
    ["Absolute error, % of sold", digits(share), digits(shareStd)],
    ["Root mean squared error", digits(rootMeanSquaredError ?? null), "–"],
    ["Largest absolute error", digits(maxAbsoluteError ?? null), "–"],
    ["R²", digits(r2), "–"],
  ];
}

function errorRow(
  name: string,
  { rows, rmspe, rmse, mae, mape, wape = null, bias }: NonNullable<DriftData["performance"]>["overall"],
) {
  return [
    name,
    formatCount(rows),
    formatPercent(rmspe),
    formatSales(rmse),
    formatSales(mae),
    formatPercent(mape),
    formatPercent(wape),
    formatPercent(bias),
  ];
}

function Findings({ data: { findings } }: { readonly data: DriftData }) {
  const failed = findings.filter(({ passed, check }) => !passed && check !== "drift_column");
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">What else was found</h2>
      {failed.length === 0 ? <p>Nothing.</p> : (
        <DataTable
          caption="Findings"
          verbatim
          wide={[2, 3]}
          table={{
            columns: ["Check", "Column", "Found", "Wanted", "Weight"],
            rows: failed.map(({ check, column = "–", observed, wanted, severity }) => [
              check.replaceAll("_", " "),
              column,
              String(observed),
              wanted,
              severity,
            ]),
          }}
        />
      )}
    </section>
  );
}

const digits = (value: number | null): string =>
  value === null ? "–" : value.toLocaleString("en", { maximumSignificantDigits: 3 });
