/**
 * The contract of a feature: what it reads, and how old the newest observed value that it reads is.
 *
 * @module
 */
import type { Expr } from "nodejs-polars";

/**
 * How old the newest observed value is that a feature reads.
 *
 * - a number k: the value k steps before the row (a lag of 42 has reach 42);
 * - `"origin"`: the last value before the start of the row's forecast block, so never newer than the forecast's origin;
 * - `Infinity`: none at all; it reads only what is known for the future too.
 *
 * A feature whose reach is at least the horizon, or the origin, can be computed for every step of a forecast at once.
 */
export type Reach = number | "origin";

/** What every form of feature says about itself. */
export interface FeatureDefinition {
  /** Derived from the definition: `y_rolling_mean_lag42_window28`. */
  readonly name: string;
  /** How old the newest observed value is that it reads. */
  readonly reach: Reach;
  /** The columns that it reads: of the panel, or features defined before it. */
  readonly reads: readonly string[];
  /** Its values are codes without an order. */
  readonly categorical?: boolean;
  /** Identifies the row (series code, time index) for models that know series by name; trees do not see it. */
  readonly key?: boolean;
  /** A stepping stone that other features read: the feature table leaves it out, so its reach may be short. */
  readonly helper?: boolean;
  /** An expression that looks at the rows of other series too, as groups and pools do by their nature. */
  readonly acrossSeries?: boolean;
}

/** A feature that is one Polars expression over the prepared panel; one that looks across series says so. */
export interface ExpressionFeature extends FeatureDefinition {
  /** Tells this form of feature from the others. */
  readonly form: "expression";
  /** Its values, one per row of the prepared panel. */
  readonly expr: Expr;
  /** What an expression across series is: the mean of one column's whole numbers per value of another. */
  readonly mean?: { readonly of: string; readonly by: string };
}

/**
 * A statistic of a column per group, over the blocks before the row's own: every row of a forecast block sees what a
 * forecaster standing at the block's start would have seen.
 */
export interface FrozenFeature extends FeatureDefinition {
  /** Tells this form of feature from the others. */
  readonly form: "frozen";
  /** Never newer than the last step before the row's block. */
  readonly reach: "origin";
  /** The columns whose values make the groups. */
  readonly by: readonly string[];
  /** The column that is summarised: the transformed target, or a helper made of it. */
  readonly of: string;
  /** `last` is the newest value in the order of time. */
  readonly statistic: "mean" | "median" | "std" | "count" | "last";
  /** How many blocks back it looks; `Infinity` for everything before the block. */
  readonly blocks: number;
  /** Only rows where this 0/1 (or coded) column is above zero count. */
  readonly where?: string;
}

/**
 * A statistic of a column over all series of a group at once, step by step: the sales of a department in every store.
 */
export interface PooledFeature extends FeatureDefinition {
  /** Tells this form of feature from the others. */
  readonly form: "pooled";
  /** The columns whose values make the groups; none for one group of all series. */
  readonly by: readonly string[];
  /** The column that is summarised. */
  readonly of: string;
  /** `sum` is the group's sum of a step, averaged over the steps of the window. */
  readonly statistic: "mean" | "median" | "sum";
  /** The newest step of the window is this many steps before the row. */
  readonly lag: number;
  /** Steps in the window. A median has a window of 1. */
  readonly window: number;
  /** Steps of the window that need a value. */
  readonly min: number;
  /** A column that keeps its own values: only its gaps get the statistic. */
  readonly fills?: string;
}

/** How many steps a series is away from the nearest step with a flag, in the past or in the plan for the future. */
export interface DistanceFeature extends FeatureDefinition {
  /** Tells this form of feature from the others. */
  readonly form: "distance";
  /** The column whose values above zero are the flag: a promotion, a closure. */
  readonly flag: string;
  /** Whether steps are counted from the last flag (`since`) or to the next one (`until`). */
  readonly direction: "since" | "until";
  /** Which steps count: all with the flag, or only the first or the last of each run of them. */
  readonly edge: "any" | "start" | "end";
  /** The largest distance that is told apart; also where there is no such step. */
  readonly cap: number;
}

/** The mean of a series' own values at several steps in the past, of those that there are. */
export interface LagMeanFeature extends FeatureDefinition {
  /** Tells this form of feature from the others. */
  readonly form: "lag_mean";
  /** The column whose values are averaged: `target`, the transformed one, or another. */
  readonly of: string;
  /** How many steps back each value is. */
  readonly steps: readonly number[];
}

/** A column of the feature table, by definition. */
export type Feature = ExpressionFeature | FrozenFeature | PooledFeature | DistanceFeature | LagMeanFeature;
