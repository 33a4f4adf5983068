/**
 * Rows in any order become a regular panel: sorted, named, no step missing.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { dayText } from "@/datasets/calendar_day.ts";
import { regularGrid } from "@/datasets/regular_grid.ts";
import { seriesCodes } from "@/datasets/series_codes.ts";

/** A regular table, and what was missing from it. */
export interface LaidOut {
  /** unique_id, ds, then the other columns, sorted by the keys, then ds. */
  readonly frame: DataFrame;
  /** How many steps were added. */
  readonly added: number;
  /** Series that share a pause: `180 series from 2014-07-01 to 2014-12-31`, the most frequent first. */
  readonly pauses: readonly string[];
}

/**
 * Finds the steps that were added to a laid out past: those without a target.
 *
 * @param frame Sorted by series, then date; `ds` before the origin.
 */
export function addedSteps(frame: DataFrame, step: number): Pick<LaidOut, "added" | "pauses"> {
  const starts = pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true)).cast(pl.Int32);
  const missing = frame.select(starts.cumSum().alias("series"), pl.col("ds").cast(pl.Int32), pl.col("y"))
    .filter(pl.col("y").isNull());
  const column = (name: string) => missing.getColumn(name).cast(pl.Int32).toTypedArray() as Int32Array;
  return { added: missing.height, pauses: describePauses(column("series"), column("ds"), step) };
}

/** Groups added steps into pauses, and pauses by their first and last date. */
function describePauses(series: Int32Array, day: Int32Array, step: number): readonly string[] {
  const counts = new Map<string, number>();
  let from = 0;
  for (let i = 1; i <= series.length; i++) {
    if (i < series.length && series[i] === series[i - 1] && day[i] === day[i - 1]! + step) continue;
    const span = `from ${dayText(day[from]!)} to ${dayText(day[i - 1]!)}`;
    counts.set(span, (counts.get(span) ?? 0) + 1);
    from = i;
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([span, n]) => `${n} series ${span}`);
}

/**
 * Lays rows out as a regular panel: by series and date, with the steps added that lie between and have no row.
 *
 * @param rows Key columns (Int32), ds (Date), and any others. No two rows share keys and date.
 * @param options.fill Completes the added steps: it is given their key columns and ds, and returns them with the other
 * columns that are known; what it leaves out is null.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { layOut } from "@/datasets/lay_out.ts";
 *
 * const rows = pl.DataFrame({
 *   store: pl.Series("store", [1, 1], pl.Int32),
 *   ds: pl.Series("ds", [12, 10], pl.Int32).cast(pl.Date),
 *   y: [5, 3],
 * });
 * const { frame, added } = layOut(rows, { keys: ["store"], step: 1, fill: (steps) => steps });
 * expect(frame.getColumn("y").toArray()).toEqual([3, null, 5]);
 * expect(added).toBe(1);
 * ```
 */
export function layOut(
  rows: DataFrame,
  { keys, step, fill }: {
    readonly keys: readonly string[];
    readonly step: number;
    readonly fill: (steps: DataFrame) => DataFrame;
  },
): LaidOut {
  const integers = (name: string) => rows.getColumn(name).cast(pl.Int32).toTypedArray() as Int32Array;
  const series = seriesCodes(keys.map(integers));
  const { order, addedSeries, addedDay } = regularGrid(series.codes, integers("ds"), step);

  let all = rows;
  if (addedDay.length > 0) {
    const steps = pl.DataFrame([
      ...keys.map((key, k) => pl.Series(key, addedSeries.map((s) => series.keys[k]![s]!), pl.Int32)),
      pl.Series("ds", addedDay, pl.Int32).cast(pl.Date),
    ]);
    const filled = fill(steps);
    const has = new Set(filled.columns);
    const like = rows.columns.map((name) => {
      const dtype = rows.getColumn(name).dtype;
      return (has.has(name) ? pl.col(name) : pl.lit(null)).cast(dtype).alias(name);
    });
    all = pl.concat([rows, filled.select(...like)]);
  }
  const id = keys.length === 1
    ? pl.col(keys[0]!).cast(pl.String)
    : pl.concatString({ exprs: keys.map((key) => pl.col(key).cast(pl.String)), sep: "_" });
  const frame = all
    .withColumn(pl.Series("order of the panel", order))
    .select(pl.exclude("order of the panel").gather(pl.col("order of the panel")))
    .select(id.alias("unique_id"), pl.col("ds"), pl.exclude("ds"));
  return { frame, added: addedDay.length, pauses: describePauses(addedSeries, addedDay, step) };
}
