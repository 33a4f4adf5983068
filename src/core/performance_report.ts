/**
 * How well known forecasts did, as it is worked out in one room, kept, and drawn in another.
 *
 * @module
 */

/** Forecasts and actuals in numbers. */
export interface RegressionQuality {
  /** How many forecasts have a known actual. */
  readonly rows: number;
  /** Mean of forecast minus actual. */
  readonly meanError: number;
  /** Standard deviation of the errors, in units of y. */
  readonly meanErrorStd: number;
  /** Mean of the errors without their sign, in units of y. */
  readonly meanAbsoluteError: number;
  /** Standard deviation of the errors without their sign. */
  readonly meanAbsoluteErrorStd: number;
  /** In percent, over rows whose actual is not zero; null where there is none. */
  readonly meanAbsolutePercentageError: number | null;
  /** Standard deviation of the percentages; null where there is none. */
  readonly meanAbsolutePercentageErrorStd: number | null;
  /** Square root of the mean squared error, in units of y. */
  readonly rootMeanSquaredError: number;
  /** The largest error without its sign, in units of y. */
  readonly maxAbsoluteError: number;
  /** Null where the actuals do not vary. */
  readonly r2: number | null;
}

/** The rows between two quantiles of the error. */
export interface BiasGroup {
  /** The twentieth that was forecast lowest against the actual, the one forecast highest, or the rows between. */
  readonly group: "majority" | "underestimation" | "overestimation";
  /** How many rows the group has. */
  readonly rows: number;
  /** Mean of forecast minus actual in the group; 0 for a group without rows. */
  readonly meanError: number;
  /** Standard deviation of the errors in the group; 0 where it has fewer than two rows. */
  readonly stdError: number;
}

/** A feature in all rows, and in those that were forecast far too low and far too high. */
export interface BiasFeature {
  /** The feature's name. */
  readonly feature: string;
  /** Means of numbers, or the most frequent category. */
  readonly majority: number | string;
  /** The same of the rows that were forecast far too low. */
  readonly underestimation: number | string;
  /** The same of the rows that were forecast far too high. */
  readonly overestimation: number | string;
  /** Of numbers: the gap between the two as a share of the feature's range, in percent; of categories 1 where they differ. */
  readonly range: number;
}

/** The rows of a date. */
export interface RegressionDay {
  /** The date, `YYYY-MM-DD`. */
  readonly ds: string;
  /** How many rows the date has. */
  readonly rows: number;
  /** Means. */
  readonly y: number;
  /** The mean forecast. */
  readonly yHat: number;
  /** The errors (forecast minus actual) that a tenth of the rows are below, and above. */
  readonly low: number;
  /** The error that a tenth of the rows are above. */
  readonly high: number;
}

/** All of it: the content of Evidently's RegressionPreset. */
export interface RegressionReport {
  /** All rows in numbers. */
  readonly quality: RegressionQuality;
  /** Errors (forecast minus actual) in equally wide bins. */
  readonly errors: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** Quantiles of the errors beside those of the normal distribution: on a line where errors are normal. */
  readonly normality: readonly { readonly expected: number; readonly found: number }[];
  /** Some rows, spread evenly by their error: predicted beside actual. */
  readonly sample: readonly { readonly y: number; readonly yHat: number }[];
  /** Date by date; empty where no dates were given. */
  readonly days: readonly RegressionDay[];
  /** All rows in three groups: the majority, the twentieth forecast far too low, the one far too high. */
  readonly groups: readonly BiasGroup[];
  /** The features that were given, those first in which the two ends differ most. */
  readonly bias: readonly BiasFeature[];
}

/** What replays of a growing error come to: did its estimate warn before the error was known? */
export interface LeadSummary {
  /** How much larger errors became: 0.3 is 30 %; 0 is history as it was. */
  readonly excess: number;
  /** How many origins were replayed with that excess. */
  readonly replays: number;
  /** How often the estimate warned. */
  readonly warned: number;
  /** How often the error of the newest known steps warned. */
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
