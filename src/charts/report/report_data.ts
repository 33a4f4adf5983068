/**
 * Everything that a report tells, as plain data.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { CleaningNote } from "@/core/dataset.ts";
import type { MetricName, Scores } from "@/core/metric.ts";
import type { Frequency } from "@/core/panel.ts";
import type { SeriesHistory } from "@/charts/actual_vs_predicted.ts";
import type { ScoredWindow } from "@/charts/backtest_windows.ts";
import type { ErrorSlice } from "@/charts/error_by.ts";
import type { StepError } from "@/charts/horizon_curve.ts";
import type { TrainingHistory } from "@/charts/training_curve.ts";

/** A row that was forecast badly. */
export interface WorstRow {
  /** The series. */
  readonly id: string;
  /** The date, `YYYY-MM-DD`. */
  readonly ds: string;
  /** What was sold. */
  readonly y: number;
  /** What the champion forecast. */
  readonly predicted: number;
  /** What the baseline forecast. */
  readonly baseline?: number | null;
  /** What was special: `holiday`, `first day after a refurbishment`. */
  readonly note?: string;
}

/** The leak prover's verdict. */
export interface LeakVerdict {
  /** Whether no feature knows the future. */
  readonly passed: boolean;
  /** How many features were proved. */
  readonly checked: number;
  /** For each guilty feature, a sentence: which column it peeks at, and by how many steps. */
  readonly guilty?: readonly string[];
}

/** How long one stage of the pipeline took. */
export interface StageTiming {
  /** What the stage is called: `train`. */
  readonly name: string;
  /** How long it took. */
  readonly seconds: number;
}

/** Everything that a report tells. Sections whose data is missing or empty say so, or are left out. */
export interface ReportData {
  /** The dataset's name on the command line: `rossmann`. */
  readonly dataset: string;
  /** What it is, in a few words: `Rossmann drug stores, daily`. */
  readonly title: string;
  /** What one unit of sales is: `EUR a day`. */
  readonly unit: string;
  /** Daily or weekly steps. */
  readonly frequency: Frequency;
  /** Where the data came from: `synthetic (100 series, seed 1)`. */
  readonly source: string;
  /** The first date whose sales were treated as unknown. */
  readonly asOf: string;
  /** Steps ahead. */
  readonly horizon: number;
  /** The last `horizon` steps before `asOf`; `rows` were scored. */
  readonly holdout: { readonly from: string; readonly to: string; readonly rows: number };
  /** The metric that decides. */
  readonly metric: MetricName;
  /** The model that was chosen: `lightgbm`. */
  readonly champion: string;
  /** The model that the others are compared with: `seasonal_naive`. */
  readonly baseline: string;
  /** Model → scores on the holdout. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** The windows before the holdout, on which the champion was chosen. */
  readonly backtest: readonly ScoredWindow[];
  /** A few series, with forecasts on the holdout (and on earlier windows, if wanted). */
  readonly series: readonly SeriesHistory[];
  /** Holdout errors by slice: weekday, store type, … */
  readonly errorBy: readonly ErrorSlice[];
  /** Holdout errors by step of the horizon. */
  readonly byStep: readonly StepError[];
  /** The champion's features → share of the gain, where it knows them. */
  readonly importance?: Readonly<Record<string, number>>;
  /** Fits that went by rounds, the champion's first. */
  readonly training?: readonly TrainingHistory[];
  /** The champion's forecast minus actual on the scored rows of the holdout. */
  readonly residuals?: ArrayLike<number>;
  /** The holdout's rows that were forecast worst; empty where none stands out. */
  readonly worstRows: readonly WorstRow[];
  /** What was mended in the data, and in how many rows; empty where nothing was. */
  readonly cleaning: readonly CleaningNote[];
  /** What the checks of the data found, passed or not; empty where none was run. */
  readonly findings: readonly Finding[];
  /** What the leak prover found. */
  readonly leak: LeakVerdict;
  /** Stages of the pipeline in the order in which they ran. */
  readonly stages: readonly StageTiming[];
  /** Rows and series of the panel. */
  readonly panel?: { readonly rows: number; readonly series: number; readonly from: string; readonly to: string };
  /** The seed of everything random in the run. */
  readonly seed?: number;
  /** The model that was registered after the evaluation. */
  readonly registered?: { readonly name: string; readonly version: number; readonly stage?: string };
  /** Where the tracker has the run: its experiment, and its id. */
  readonly run?: { readonly experiment: string; readonly id: string };
  /** The code's revision. */
  readonly revision: string;
  /** Hash of the data. */
  readonly fingerprint: string;
  /** When the run ended, ISO 8601. */
  readonly createdAt: string;
  /** What else a reader should know, in sentences. */
  readonly notes: readonly string[];
}
