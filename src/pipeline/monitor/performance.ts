/**
 * How the forecasts that were made have fared since, and whether the model still holds.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Finding } from "@/core/check.ts";
import type { Panel } from "@/core/panel.ts";
import type { RegressionReport } from "@/core/performance_report.ts";
import {
  conceptDrift,
  conceptTest,
  type ConceptVerdict,
  joinActuals,
  type JoinCounts,
  type JoinedRow,
  type LoggedActual,
  type LoggedForecast,
  newestForecasts,
  type Performance,
  performanceOf,
  regressionReport,
} from "@/evaluation/mod.ts";
import { dayKinds, type GroupOf } from "@/pipeline/monitor/day_kinds.ts";
import type { JudgedErrors, Measure } from "@/pipeline/monitor/error_baseline.ts";

/** Forecasts that were made, and sales that were reported one by one. */
export interface ForecastLog {
  readonly forecasts: readonly LoggedForecast[];
  readonly actuals: readonly LoggedActual[];
}

/** What the summary says of forecasts whose sales are known. */
export interface PerformanceSummary extends Performance {
  /** The models whose forecasts these are. */
  readonly models: readonly string[];
  readonly counts: JoinCounts;
  /** What the error was when the model was judged; null where nobody knows. */
  readonly baseline: { readonly measure: Measure; readonly mean: number; readonly of: string } | null;
  readonly concept: ConceptVerdict | null;
  readonly regression: RegressionReport;
}

/** Performance, and what came out beside it. */
export interface Performed {
  readonly summary: PerformanceSummary | null;
  readonly rows: readonly JoinedRow[];
  readonly groups: Readonly<Record<string, GroupOf>>;
  readonly findings: readonly Finding[];
}

/** How performance is judged. */
export interface PerformanceOptions {
  readonly model: string | null;
  readonly baseline: JudgedErrors | undefined;
  /** How many of the newest steps count as lately. */
  readonly width: number;
  readonly margin?: number;
  readonly falseAlarms?: number;
  readonly seed: number;
  readonly now: string;
}

/** Judges logged forecasts by what was sold, as the panel and the log have it. */
export function performanceSummary(
  panel: Panel,
  { forecasts, actuals }: ForecastLog,
  { model, baseline, width, margin = 0.2, falseAlarms = 0.05, seed, now }: PerformanceOptions,
): Performed {
  const own = forecasts.filter((row) => row.model === model), used = own.length > 0 ? own : forecasts;
  const nothing: Performed = { summary: null, rows: [], groups: {}, findings: [] };
  if (used.length === 0) return nothing;
  const { profile } = panel;
  const from = used.reduce((least, { ds }) => ds < least ? ds : least, used[0]!.ds);
  const sold = salesOf(panel, from, actuals);
  const { rows, counts, findings } = joinActuals(used, [...actuals, ...sold], { frequency: profile.frequency, now });
  const groups = dayKinds(panel, from), performance = performanceOf(rows, { width, groups });
  if (performance === undefined) return { ...nothing, groups, findings };
  const concept = baseline === undefined || baseline.ratios.length < 4 ? null : conceptDrift(
    conceptTest(baseline, { margin, falseAlarms, yearLength: profile.yearLength, seed }),
    performance.steps.map((step) => ({ ds: step.ds, error: step[baseline.measure] })),
  );
  const known = newestForecasts(rows);
  const features = Object.fromEntries(
    Object.entries(groups).map(([name, groupOf]) => [name, known.map((row) => groupOf(row) ?? null)]),
  );
  const summary: PerformanceSummary = {
    models: [...new Set(used.map((row) => row.model))].sort(),
    counts,
    ...performance,
    baseline: baseline === undefined ? null : { measure: baseline.measure, mean: baseline.mean, of: baseline.of },
    concept,
    regression: regressionReport(known.map(({ y }) => y), known.map(({ yHat }) => yHat), {
      ...features,
      horizon: known.map(({ step }) => step),
    }, known.map(({ ds }) => ds)),
  };
  return { summary, rows, groups, findings: [...findings, ...conceptFinding(concept)] };
}

/** Sales of the panel from a date on that were not reported one by one. */
function salesOf({ frame }: Panel, from: string, reported: readonly LoggedActual[]): LoggedActual[] {
  const told = new Set(reported.map(({ uniqueId, ds }) => `${uniqueId}\n${ds}`));
  const rows = frame.filter(
    pl.col("ds").gtEq(pl.lit(from).str.strptime(pl.Date, "%Y-%m-%d")).and(pl.col("y").isNotNull()),
  ).select(pl.col("unique_id"), pl.col("ds").cast(pl.Utf8), pl.col("y"));
  const [ids, days, sold] = rows.columns.map((name) => rows.getColumn(name).toArray()) as [
    string[],
    string[],
    number[],
  ];
  return ids.map((uniqueId, row) => ({ uniqueId, ds: days[row]!, y: sold[row]! }))
    .filter(({ uniqueId, ds }) => !told.has(`${uniqueId}\n${ds}`));
}

function conceptFinding(concept: ConceptVerdict | null): Finding[] {
  if (concept === null) return [];
  const { drifted, ratio, margin, since } = concept, percent = (share: number) => `${Math.round(share * 100)} %`;
  const above = ratio === null ? "as when the model was judged" : `${percent(ratio)} of its baseline since ${since}`;
  return [{
    check: "concept_drift",
    passed: !drifted,
    severity: "critical",
    observed: `error ${above}`,
    wanted: `below ${percent(1 + margin)}, or within what chance does`,
  }];
}
