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

/** A feature that is one Polars expression over the prepared panel, windowed by `unique_id` where it looks back. */
export interface ExpressionFeature {
  readonly form: "expression";
  /** Derived from the definition: `y_rolling_mean_lag42_window28`. */
  readonly name: string;
  readonly reach: Reach;
  /** The columns that it reads: of the panel, or features defined before it. */
  readonly reads: readonly string[];
  /** Its values are codes without an order. */
  readonly categorical?: boolean;
  /** Identifies the row (series code, time index) for models that know series by name; trees do not see it. */
  readonly key?: boolean;
  readonly expr: Expr;
}

/**
 * A statistic of the target per group, over the blocks before the row's own: every row of a forecast block sees what a
 * forecaster standing at the block's start would have seen.
 */
export interface FrozenFeature {
  readonly form: "frozen";
  /** Derived from the definition: `y_mean_by_store_day_of_week_blocks4`. */
  readonly name: string;
  readonly reach: "origin";
  /** The columns whose values make the groups. */
  readonly by: readonly string[];
  readonly statistic: "mean" | "median" | "std" | "count";
  /** How many blocks back it looks; `Infinity` for everything before the block. */
  readonly blocks: number;
  /** Only rows where this 0/1 (or coded) column is above zero count. */
  readonly where?: string;
  readonly reads: readonly string[];
  readonly categorical?: boolean;
  readonly key?: boolean;
}

/** A column of the feature table, by definition. */
export type Feature = ExpressionFeature | FrozenFeature;
