/**
 * Forecasts laid out as a competition wants them.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";

/**
 * Gives every row of test.csv its forecast, in the file's order.
 *
 * @param test The raw table, in its own order.
 * @param forecasts unique_id, ds, and forecast columns: the first takes the competition's target name.
 * @param layout How a row of test names its series, and what the two leading columns of the file are called.
 * @throws {RangeError} If a row of test has no forecast, or there is no forecast column.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { laySubmission } from "@/datasets/lay_submission.ts";
 *
 * const day = pl.Series("Date", [16_640, 16_640], pl.Int32).cast(pl.Date);
 * const test = pl.DataFrame({ id: [7, 8], store: ["2", "1"], Date: day });
 * const forecasts = pl.DataFrame({ unique_id: ["1", "2"], ds: day, model: [10, 20] });
 * const layout = { id: pl.col("id"), uniqueId: pl.col("store"), target: "sales" };
 * expect(laySubmission(test, forecasts, layout).toRecords()).toEqual([{ id: 7, sales: 20 }, { id: 8, sales: 10 }]);
 * ```
 */
export function laySubmission(
  test: DataFrame,
  forecasts: DataFrame,
  layout: { readonly uniqueId: Expr; readonly id: Expr; readonly target: string },
): DataFrame {
  const [first, ...others] = forecasts.columns.filter((name) => name !== "unique_id" && name !== "ds");
  if (first === undefined) {
    throw new RangeError(`Cannot lay out a submission as there is no forecast column: ${forecasts.columns.join(", ")}`);
  }
  const asked = test.select(
    layout.id,
    layout.uniqueId.alias("unique_id"),
    pl.col("Date").alias("ds"),
  );
  const idName = asked.columns[0]!;
  const joined = asked.join(forecasts, { on: ["unique_id", "ds"], how: "left", maintainOrder: "left" });
  const lacking = joined.filter(pl.col(first).isNull());
  if (lacking.height > 0) {
    const example = lacking.row(0);
    throw new RangeError(
      `Cannot lay out a submission as ${lacking.height} of ${test.height} rows have no forecast: ` +
        `the first is series ${example[1]}`,
    );
  }
  return joined.select(pl.col(idName), pl.col(first).alias(layout.target), ...others.map((name) => pl.col(name)));
}
