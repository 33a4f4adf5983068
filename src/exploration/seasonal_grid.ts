/**
 * The calendar as a table of averages: where in the week and the year sales are high.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import { tradingDays } from "@/exploration/rows.ts";

/** Values by two parts of the calendar. */
export interface CalendarGrid {
  /** What rows and columns are: `day_of_week` (1 is Monday), `month`, `year`, `week_of_year`. */
  readonly rowsAre: "day_of_week" | "year";
  /** `month` (1 to 12) where rows are weekdays, ISO `week_of_year` (1 to 53) where they are years. */
  readonly columnsAre: "month" | "week_of_year";
  /** The rows' weekdays or years, ascending; only those with data. */
  readonly rows: readonly number[];
  /** The columns' months or weeks, ascending; only those with data. */
  readonly columns: readonly number[];
  /** One array per row; null where there is no data. */
  readonly values: readonly (readonly (number | null)[])[];
}

/**
 * Averages sales by weekday and month (daily data) or by year and week (weekly data), as a ratio to each series' own
 * average, so that large and small shops count alike in shape: 1.2 is 20 % above the average day of trade.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seasonalGrid } from "@/exploration/seasonal_grid.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 * import pl from "nodejs-polars";
 *
 * const frame = pl.DataFrame({
 *   unique_id: Array(14).fill("1_1"),
 *   ds: pl.Series("ds", Array.from({ length: 14 }, (_, k) => 15_712 + k), pl.Int32).cast(pl.Date),
 *   y: Array.from({ length: 14 }, (_, k) => k % 7 === 5 ? 20 : 10),
 * });
 * const grid = seasonalGrid({ frame, profile: storeItem.profile, asOf: "2013-01-21" });
 * expect(grid.rowsAre).toBe("day_of_week");
 * expect(grid.values[5]![0]! / grid.values[0]![0]!).toBeCloseTo(2, 12);
 * ```
 */
export function seasonalGrid(panel: Panel): CalendarGrid {
  const rows = tradingDays(panel);
  const levels = rows.groupBy("unique_id").agg(pl.col("y").mean().alias("level")).filter(pl.col("level").gt(0));
  const ratios = rows.join(levels, { on: "unique_id", how: "inner" })
    .withColumn(pl.col("y").div(pl.col("level")).alias("value"));
  return gridOf(ratios, panel);
}

/**
 * Counts how often series are closed, by weekday and month: 1 is always. Empty for datasets without opening days.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { closedGrid } from "@/exploration/seasonal_grid.ts";
 * import { rossmann } from "@/datasets/rossmann.ts";
 * import pl from "nodejs-polars";
 *
 * const frame = pl.DataFrame({
 *   unique_id: Array(7).fill("1"),
 *   ds: pl.Series("ds", Array.from({ length: 7 }, (_, k) => 15_712 + k), pl.Int32).cast(pl.Date),
 *   y: [5, 5, 5, 5, 5, 5, 0],
 *   open: [1, 1, 1, 1, 1, 1, 0],
 * });
 * const grid = closedGrid({ frame, profile: rossmann.profile, asOf: "2013-01-14" });
 * expect(grid?.values.map(([january]) => january)).toEqual([0, 0, 0, 0, 0, 0, 1]);
 * ```
 */
export function closedGrid(panel: Panel): CalendarGrid | undefined {
  const { frame, profile: { openColumn } } = panel;
  if (openColumn === undefined) return undefined;
  const known = frame.filter(pl.col("y").isNotNull().and(pl.col(openColumn).isNotNull()));
  return gridOf(known.withColumn(pl.col(openColumn).eq(0).cast(pl.Float64).alias("value")), panel);
}

function gridOf(frame: DataFrame, { profile: { frequency } }: Panel): CalendarGrid {
  const ds = pl.col("ds").dt;
  const daily = frequency === "1d";
  const [row, column]: [Expr, Expr] = daily ? [ds.weekday(), ds.month()] : [ds.year(), ds.week()];
  const cells = frame.select(row.cast(pl.Int32).alias("row"), column.cast(pl.Int32).alias("column"), pl.col("value"))
    .groupBy("row", "column").agg(pl.col("value").mean()).select("row", "column", "value")
    .rows() as [number, number, number][];
  const distinct = (at: 0 | 1) => [...new Set(cells.map((cell) => cell[at]))].sort((a, b) => a - b);
  const rows = distinct(0), columns = distinct(1);
  const values = rows.map(() => columns.map((): number | null => null));
  for (const [r, c, value] of cells) values[rows.indexOf(r)]![columns.indexOf(c)] = value;
  return {
    rowsAre: daily ? "day_of_week" : "year",
    columnsAre: daily ? "month" : "week_of_year",
    rows,
    columns,
    values,
  };
}
