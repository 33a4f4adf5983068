/**
 * Where each artefact of a dataset lies in the working folder.
 *
 * @module
 */

/** The keys of a dataset's artefacts. */
export interface Keys {
  /** The folder of raw files. */
  readonly raw: string;
  readonly lineage: string;
  readonly panel: string;
  readonly panelCard: string;
  readonly features: string;
  readonly featuresCard: string;
  readonly leak: string;
  /** Forecasts of the backtest windows and the holdout, one column per model. */
  readonly windows: string;
  readonly windowsCard: string;
  readonly evaluation: string;
  /** How the champion's forecasts get their intervals. */
  readonly intervals: string;
  /** The newest forecasts of every series, as their contract judged them. */
  readonly forecast: string;
  readonly validation: (suite: string) => string;
  /** A stage's data docs. */
  readonly dataDocs: (stage: string) => string;
  /** Rows of a table that broke a contract, with the reason. */
  readonly quarantine: (table: string) => string;
  readonly report: string;
  /** What the report is drawn from, without the series: for pages that show a part of it. */
  readonly reportData: string;
  readonly metrics: string;
  /** The record of the whole protocol. */
  readonly backtest: string;
  readonly holdout: string;
  /** What errors cost, and what adds up. */
  readonly decisions: string;
  /** What a search for a model's parameters found. */
  readonly tuning: (model: string) => string;
}

/**
 * Returns the keys of a dataset's artefacts.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { keysOf } from "@/pipeline/keys.ts";
 *
 * expect(keysOf("walmart").panel).toBe("data/panel/walmart/panel.parquet");
 * ```
 */
export function keysOf(dataset: string): Keys {
  return {
    raw: `data/raw/${dataset}`,
    lineage: `data/raw/${dataset}/lineage.json`,
    panel: `data/panel/${dataset}/panel.parquet`,
    panelCard: `data/panel/${dataset}/panel.json`,
    features: `data/features/${dataset}/features.parquet`,
    featuresCard: `data/features/${dataset}/features.json`,
    leak: `data/features/${dataset}/leak.json`,
    windows: `data/predictions/${dataset}/windows.parquet`,
    windowsCard: `data/predictions/${dataset}/windows.json`,
    forecast: `data/predictions/${dataset}/forecast.parquet`,
    evaluation: `data/predictions/${dataset}/evaluation.json`,
    intervals: `data/predictions/${dataset}/intervals.json`,
    validation: (suite) => `reports/${dataset}/validation/${suite}.json`,
    dataDocs: (stage) => `reports/${dataset}/validation/${stage}.html`,
    quarantine: (table) => `reports/${dataset}/quarantine/${table}.parquet`,
    report: `reports/${dataset}/report.html`,
    reportData: `reports/${dataset}/report.json`,
    metrics: `reports/${dataset}/metrics.json`,
    backtest: `reports/${dataset}/backtest.json`,
    holdout: `reports/${dataset}/holdout.csv`,
    decisions: `reports/${dataset}/decisions.json`,
    tuning: (model) => `reports/${dataset}/tuning_${model}.json`,
  };
}
