/**
 * The feature table: one row per step of a series, ready to be cut into samples.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";

/**
 * Features of every step of a panel, with time cut into blocks of `horizon` steps that are aligned to an origin.
 *
 * Columns of `frame`: `unique_id`, `ds`, `y` (Float64, null where unknown), `block` (Int32: 0 holds the steps from the
 * origin on, −1 the `horizon` steps before them, …), `step` (Int32, 1 to `horizon`: position in the block), then one
 * Float32 column per feature, NaN where missing. Rows are sorted by the profile's keys, then `ds`.
 */
export interface FeatureTable {
  /** The rows, with the columns above. */
  readonly frame: DataFrame;
  /** The features by definition, in the order of their columns; helpers are left out. */
  readonly features: readonly Feature[];
  /** The profile of the panel that they were made of. */
  readonly profile: DatasetProfile;
  /** Steps in a block. */
  readonly horizon: number;
  /** The date at which block 0 starts, `YYYY-MM-DD`. */
  readonly origin: string;
}
