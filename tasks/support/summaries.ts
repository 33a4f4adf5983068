/**
 * What a person reads at the end of a task.
 *
 * @module
 */
import { METRIC_NAMES, type MetricName, type Scores } from "@/core/metric.ts";
import type { Decision } from "@/governance/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { decisionRows } from "@/pipeline/decision_rows.ts";
import type { Evaluation } from "@/pipeline/evaluate.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { AreaReport } from "@/pipeline/maturity/mod.ts";
import type { PipelineDocument } from "@/pipeline/pipeline.ts";
import type { WindowsCard } from "@/pipeline/train.ts";
import type { Verdict } from "@/pipeline/validate.ts";
import { findingsTable, table, wrapped } from "./terminal.ts";

const count = (value: number) => value.toLocaleString("en");

/** The result of the pipeline: the answer first, then the table, then where to look. */
export function pipelineSummary(document: PipelineDocument, { store }: Context): string {
  const { dataset, stages, registered, leak } = document;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  return [
    answerText(dataset, document),
    "",
    ...document.notes.map((note) => `note: ${note}`),
    ...Object.entries(document.quarantined ?? {}).filter(([, rows]) => rows > 0)
      .map(([table, rows]) => `${count(rows)} rows of ${table} set aside as they break its contract`),
    `${leak.checked} features proved leak free`,
    wrapped(stages.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`)),
    `${seconds.toFixed(1)} s in all, peak memory ${count(document.peakRssMb)} MB`,
    registered === null ? "" : `registered ${registered.name} version ${registered.version} (Staging)`,
    `report: ${store.path(keysOf(dataset).report)}`,
  ].filter((line, at) => line !== "" || at < 2).join("\n");
}

/** The answer of a run: how good its champion is beside the baseline, where that was measured, and every model's errors. */
export function answerText(
  dataset: string,
  evaluation: Pick<PipelineDocument, "champion" | "baseline" | "metric" | "scores" | "holdout"> & {
    readonly backtest: readonly unknown[];
  },
): string {
  const { champion, baseline, metric, scores, holdout, backtest } = evaluation;
  const own = scores[champion]?.[metric as MetricName] ?? null,
    naive = scores[baseline]?.[metric as MetricName] ?? null;
  const gain = own !== null && naive
    ? `, ${Math.abs(100 * (own / naive - 1)).toFixed(1)} % ${own <= naive ? "below" : "above"} ${baseline}`
    : "";
  return [
    `${champion} forecasts ${dataset} with ${metric} ${metricText(metric as MetricName, own)}${gain}`,
    `holdout ${holdout.from} to ${holdout.to}, ${count(holdout.rows)} rows; * chosen on ${backtest.length} earlier ` +
    (backtest.length === 1 ? "window" : "windows"),
    "",
    scoresTable(evaluation),
  ].join("\n");
}

/** Every model's errors on the holdout, best first. */
export function scoresTable({ scores, metric, champion }: Pick<Evaluation, "scores" | "metric" | "champion">): string {
  const ranked = Object.entries(scores).toSorted(([, a], [, b]) =>
    (a[metric as MetricName] ?? Infinity) - (b[metric as MetricName] ?? Infinity)
  );
  return table(
    ["model", ...METRIC_NAMES],
    ranked.map(([model, own]) => [
      `${model}${model === champion ? " *" : ""}`,
      ...METRIC_NAMES.map((name) => metricText(name, own[name])),
    ]),
  );
}

/** What ingest found. */
export function ingestSummary({ dataset, source, rows, series, firstDate, asOf, cleaning }: PanelCard): string {
  return [
    `${dataset} from ${source}: ${count(rows)} rows of ${count(series)} series, ${firstDate} to before ${asOf}`,
    "",
    table(
      ["table", "column", "issue", "rows", "found", "done"],
      cleaning.map((note) => [note.table, note.column ?? "", note.issue, count(note.rows), note.found, note.done]),
    ),
  ].join("\n");
}

/** How the data contracts fared. */
export function validateSummary(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ suite, table, result }) => [
    suite,
    table,
    String(result.statistics.successful_expectations),
    String(result.statistics.unsuccessful_expectations),
  ]);
  const failed = verdicts.flatMap(({ findings }) => findings).filter(({ passed }) => !passed);
  const summary = table(["suite", "table", "kept", "broken"], rows);
  const aside = verdicts.flatMap(({ table, quarantined }) =>
    quarantined === undefined ? [] : [`${count(quarantined.rows)} rows of ${table} set aside: ${quarantined.file}`]
  );
  return [summary, failed.length === 0 ? "" : findingsTable(failed), aside.join("\n")].filter(Boolean).join("\n\n");
}

/** How long each fit took. */
export function trainSummary({ fits, plan, run }: WindowsCard): string {
  return [
    table(
      ["origin", "model", "rows", "seconds"],
      fits.map(({ origin, model, rows, seconds }) => [origin, model, count(rows), seconds.toFixed(1)]),
    ),
    ...plan.notes.map((note) => `note: ${note}`),
    `run ${run.id} of ${run.experiment}`,
  ].join("\n");
}

/** A metric as a person reads it: shares as percentages, errors in units with few digits. */
function metricText(name: MetricName, value: Scores[MetricName]): string {
  if (value === null) return "–";
  if (name === "rmspe" || name === "mape" || name === "bias") return `${(100 * value).toFixed(2)} %`;
  return value.toFixed(Math.abs(value) >= 100 ? 0 : 3);
}

/** The gate's findings as a table: what refused the version, what nobody measured, what passed. */
export function decisionText(decision: Decision): string {
  const { columns, rows } = decisionRows(decision);
  return `judged against ${decision.against}\n\n${table(columns, rows)}\n`;
}

/** What the maturity audit found: strengths, then gaps with what would fill them. */
export function maturityText(reports: readonly AreaReport[]): string {
  const parts = reports.map(({ area, strengths, gaps }) => {
    const head = `${area}: ${strengths.length} of ${strengths.length + gaps.length}`;
    const good = strengths.map(({ check, observed }) => `  + ${check}: ${observed}`);
    const open = gaps.map(({ check, observed, wanted }) => `  - ${check}: ${observed}; wanted: ${wanted}`);
    return [head, ...good, ...open].join("\n");
  });
  const gaps = reports.reduce((sum, report) => sum + report.gaps.length, 0);
  const strengths = reports.reduce((sum, report) => sum + report.strengths.length, 0);
  return `${parts.join("\n\n")}\n\n${strengths} strengths, ${gaps} ${gaps === 1 ? "gap" : "gaps"}`;
}
