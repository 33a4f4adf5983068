/**
 * How well known forecasts did, as it is worked out in one room, kept, and drawn in another.
 *
 * @module
 */

/** Forecasts and actuals in numbers. */
export interface RegressionQuality {
  readonly rows: number;
  /** Mean of forecast minus actual. */
  readonly meanError: number;
  readonly meanErrorStd: number;
  readonly meanAbsoluteError: number;
  readonly meanAbsoluteErrorStd: number;
  /** In percent, over rows whose actual is not zero; null where there is none. */
  readonly meanAbsolutePercentageError: number | null;
  readonly meanAbsolutePercentageErrorStd: number | null;
  readonly rootMeanSquaredError: number;
  readonly maxAbsoluteError: number;
  /** Null where the actuals do not vary. */
  readonly r2: number | null;
}

/** One group of rows by the sign of their error. */
export interface BiasGroup {
  readonly group: "majority" | "underestimation" | "overestimation";
  readonly rows: number;
  readonly meanError: number;
  readonly stdError: number;
}

/** A feature in the rows that were forecast far too low, far too high, and in all others. */
export interface BiasFeature {
  readonly feature: string;
  /** Means of numbers, or the most frequent category. */
  readonly majority: number | string;
  readonly underestimation: number | string;
  readonly overestimation: number | string;
  /** Of numbers: the gap between the two as a share of the feature's range, in percent; of categories 1 where they differ. */
  readonly range: number;
}

/** The rows of a date. */
export interface RegressionDay {
  readonly ds: string;
  readonly rows: number;
  /** Means. */
  readonly y: number;
  readonly yHat: number;
  /** The errors (forecast minus actual) that a tenth of the rows are below, and above. */
  readonly low: number;
  readonly high: number;
}

/** All of it: the content of Evidently's RegressionPreset. */
export interface RegressionReport {
  readonly quality: RegressionQuality;
  /** Errors (forecast minus actual) in equally wide bins. */
  readonly errors: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** Quantiles of the errors beside those of the normal distribution: on a line where errors are normal. */
  readonly normality: readonly { readonly expected: number; readonly found: number }[];
  /** Some rows, spread evenly by their error: predicted beside actual. */
  readonly sample: readonly { readonly y: number; readonly yHat: number }[];
  /** Date by date; empty where no dates were given. */
  readonly days: readonly RegressionDay[];
  readonly groups: readonly BiasGroup[];
  readonly bias: readonly BiasFeature[];
}

/** What replays of a growing error come to: did its estimate warn before the error was known? */
export interface LeadSummary {
  /** How much larger errors became: 0.3 is 30 %; 0 is history as it was. */
  readonly excess: number;
  readonly replays: number;
  /** How often the estimate warned, and how often the error of the newest known steps did. */
  readonly warned: number;
  readonly found: number;
  /** How often the estimate warned first, or alone. */
  readonly first: number;
  /** Medians over the warnings, in steps; null without any. */
  readonly afterStart: number | null;
  /** How long before the last of the estimated steps was known. */
  readonly beforeEnd: number | null;
  /** Of both warnings, how much earlier the estimate's came: below 0 it was later. */
  readonly beforeFound: number | null;
  /** What came of what was estimated, on average over warnings; 1 is exact, less is overstated. */
  readonly cameOfExpected: number | null;
}
