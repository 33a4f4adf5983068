/**
 * What the page about drift is drawn from: the part of a drift summary that it shows.
 *
 * @module
 */
import type { LeadSummary, RegressionQuality, RegressionReport } from "@/core/performance_report.ts";

/** A number that has moved. */
interface Moved {
  readonly method: string;
  readonly value: number | null;
  readonly threshold: number;
}

/** A column before and now. */
export interface DriftColumn extends Moved {
  readonly drifted: boolean;
  readonly verdict: string;
  readonly p: number | null;
  readonly rows: { readonly reference: number; readonly current: number };
  readonly plain: Moved & { readonly drifted: boolean };
  readonly shape?: {
    readonly labels: readonly (number | string)[];
    readonly reference: readonly number[];
    readonly current: readonly number[];
  };
}

interface Errors {
  readonly rows: number;
  readonly rmspe: number | null;
  readonly rmse: number | null;
  readonly mae: number | null;
  readonly mape: number | null;
  readonly bias: number | null;
  readonly coverage: Readonly<Record<string, number>>;
}

interface Band {
  readonly band: string;
  readonly expected: number;
  readonly found: number | null;
}

/** The page's data. */
export interface DriftData {
  readonly dataset: string;
  readonly unit: string;
  readonly asOf: string;
  readonly checkedAt: string;
  readonly model: string | null;
  readonly window: { readonly from: string; readonly to: string; readonly rows: number };
  readonly columns: Readonly<Record<string, DriftColumn>>;
  readonly explained: readonly string[];
  readonly unexplained: readonly string[];
  readonly findings: readonly {
    readonly check: string;
    readonly column?: string;
    readonly passed: boolean;
    readonly severity: string;
    readonly observed: number | string;
    readonly wanted: string;
  }[];
  readonly performance:
    | {
      readonly overall: Errors;
      readonly recent: Errors;
      readonly rolling: readonly (Errors & { readonly ds: string })[];
      readonly slices: readonly (Errors & { readonly column: string; readonly level: string })[];
      readonly baseline: { readonly measure: "mape" | "mae"; readonly mean: number; readonly of: string } | null;
      readonly concept:
        | { readonly drifted: boolean; readonly ratio: number | null; readonly since: string | null }
        | null;
      /** Summaries of earlier days have fewer numbers, and no dates. */
      readonly regression: Omit<RegressionReport, "quality" | "days"> & Partial<Pick<RegressionReport, "days">> & {
        readonly quality: Pick<RegressionQuality, "meanError" | "r2"> & Partial<RegressionQuality>;
      };
    }
    | null;
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
  readonly due: boolean;
  readonly reasons: readonly string[];
}
