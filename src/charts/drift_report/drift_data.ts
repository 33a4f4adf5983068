/**
 * What the page about drift is drawn from: the part of a drift summary that it shows.
 *
 * @module
 */
import type { LeadSummary, RegressionQuality, RegressionReport } from "@/core/performance_report.ts";

/** A number that has moved. */
export interface Moved {
  /** The measure's title; `empty` where one side has no values. */
  readonly method: string;
  /** How far apart before and now are, in the measure's own units; null where nothing could be compared. */
  readonly value: number | null;
  /** The value from which on it is unusual. */
  readonly threshold: number;
}

/** A column before and now. */
export interface DriftColumn extends Moved {
  /** Whether it moved in a way that the calendar does not explain. */
  readonly drifted: boolean;
  /** What was found: `same`, `calendar explains it`, `unexplained`, … */
  readonly verdict: string;
  /** How likely the move is by chance, 0 to 1; null where nothing could be compared. */
  readonly p: number | null;
  /** How many values were compared. */
  readonly rows: { readonly reference: number; readonly current: number };
  /** The same column against its whole history, the calendar ignored. */
  readonly plain: Moved & { readonly drifted: boolean };
  /** Both distributions as shares of rows in common bins; left out where there is nothing to draw. */
  readonly shape?: {
    readonly labels: readonly (number | string)[];
    readonly reference: readonly number[];
    readonly current: readonly number[];
  };
}

/** Errors of some rows; null where a metric is undefined. Percentages count rows with sales above zero only. */
export interface Errors {
  /** Rows with a forecast and known sales. */
  readonly rows: number;
  /** As a share of sales. */
  readonly rmspe: number | null;
  /** In units of sales. */
  readonly rmse: number | null;
  /** In units of sales. */
  readonly mae: number | null;
  /** As a share of sales. */
  readonly mape: number | null;
  /** Absolute errors as a share of all that was sold; summaries of earlier days do not say. */
  readonly wape?: number | null;
  /** Forecast minus sales, as a share of sales: above 0 is too high. */
  readonly bias: number | null;
  /** Level in percent → share of outcomes inside the interval. */
  readonly coverage: Readonly<Record<string, number>>;
}

/** An error at some steps ahead, as MAPE: estimated and found. */
export interface Band {
  /** Steps ahead: `1–7`. */
  readonly band: string;
  /** The error that was estimated. */
  readonly expected: number;
  /** The error that it turned out to be; null where that is not known yet. */
  readonly found: number | null;
}

/** The page's data. */
export interface DriftData {
  /** The dataset's name on the command line: `rossmann`. */
  readonly dataset: string;
  /** What one unit of sales is: `EUR a day`. */
  readonly unit: string;
  /** The first date whose sales are not known yet, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** When it was judged, ISO 8601. */
  readonly checkedAt: string;
  /** The model in production, `shelfcast-rossmann/3`; null where none is. */
  readonly model: string | null;
  /** The days that were judged: `from` is the first, `to` the day after the last. */
  readonly window: { readonly from: string; readonly to: string; readonly rows: number };
  /** Column → how far it moved. */
  readonly columns: Readonly<Record<string, DriftColumn>>;
  /** Columns that differ from their history as the calendar lets expect. */
  readonly explained: readonly string[];
  /** Columns that differ although the calendar gives no reason. */
  readonly unexplained: readonly string[];
  /** What the checks found, passed or not. */
  readonly findings: readonly {
    readonly check: string;
    readonly column?: string;
    readonly passed: boolean;
    readonly severity: string;
    readonly observed: number | string;
    readonly wanted: string;
  }[];
  /** How forecasts fared whose sales are known; null where none are. */
  readonly performance:
    | {
      readonly overall: Errors;
      readonly recent: Errors;
      readonly rolling: readonly (Errors & { readonly ds: string })[];
      readonly slices: readonly (Errors & { readonly column: string; readonly level: string })[];
      readonly baseline: { readonly measure: "mape" | "wape"; readonly mean: number; readonly of: string } | null;
      readonly concept:
        | { readonly drifted: boolean; readonly ratio: number | null; readonly since: string | null }
        | null;
      /** Summaries of earlier days have fewer numbers, and no dates. */
      readonly regression: Omit<RegressionReport, "quality" | "days"> & Partial<Pick<RegressionReport, "days">> & {
        readonly quality: Pick<RegressionQuality, "meanError" | "r2"> & Partial<RegressionQuality>;
      };
    }
    | null;
  /** The newest forecasts, by day and group, in units of sales; null where none were made. */
  readonly predictions:
    | {
      readonly origin: string;
      readonly daily: readonly {
        readonly ds: string;
        readonly group: string;
        readonly mean: number;
        readonly p10: number;
        readonly p90: number;
      }[];
    }
    | null;
  /** The error to come of forecasts whose sales are not known yet, as MAPE; null where that cannot be told. */
  readonly expected:
    | {
      readonly expected: number;
      readonly usual: number;
      readonly ratio: number;
      readonly from: string;
      readonly to: string;
      readonly bands: readonly Band[];
      readonly calibration: readonly Band[];
      readonly lead?: readonly LeadSummary[];
    }
    | null;
  /** Whether the model should be trained again. */
  readonly due: boolean;
  /** Why it should be, in words; empty where nothing asks for it. */
  readonly reasons: readonly string[];
}
