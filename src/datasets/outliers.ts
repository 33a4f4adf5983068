/**
 * Sales far above what a series is used to: worth a look, never removed.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";

/**
 * Counts the steps whose target is more than `times` the median of its series' positive targets.
 *
 * @param frame Columns unique_id and y, rows of a series together.
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
export function countOutliers(frame: DataFrame, times = 5): number {
  const positive = frame.select("unique_id", "y").filter(pl.col("y").gt(0));
  const usual = positive.groupBy("unique_id").agg(pl.col("y").median().alias("usual"));
  return positive.join(usual, { on: "unique_id" }).filter(pl.col("y").gt(pl.col("usual").mul(times))).height;
}
