/**
 * Sales far above what a series is used to: worth a look, never removed.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";

/** What `countOutliers` may be told. */
export interface OutlierOptions {
  /** The columns that tell series apart: numbers are told apart in a third of the time that names take. */
  readonly by?: readonly string[];
  /** How many times the series' median is too much. */
  readonly times?: number;
}

/**
 * Counts the steps whose target is more than `times` the median of its series' positive targets.
 *
 * @param frame Column y, and those that tell series apart.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { countOutliers } from "@/datasets/outliers.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "1", "1", "2"], y: [10, 11, 90, 90] });
 * expect(countOutliers(frame)).toBe(1);
 * ```
 */
export function countOutliers(frame: DataFrame, { by = ["unique_id"], times = 5 }: OutlierOptions = {}): number {
  const positive = frame.select(...by, "y").filter(pl.col("y").gt(0));
  const usual = positive.groupBy(...by).agg(pl.col("y").median().alias("usual"));
  return positive.join(usual, { on: [...by] }).filter(pl.col("y").gt(pl.col("usual").mul(times))).height;
}
