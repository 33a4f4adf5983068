import pl from "nodejs-polars";
import { columnValueBetween } from "@/checks/expectations/value_rule.ts";

/** The share of rows in which a column has a value lies within bounds. */
export const expectColumnProportionOfNonNullValuesToBeBetween = columnValueBetween({
  type: "expect_column_proportion_of_non_null_values_to_be_between",
  name: "share of known values",
  counts: true,
  // An empty table has a share of 0, by Great Expectations' definition.
  value: (column) => pl.col(column).count().div(pl.maxHorizontal([pl.len(), pl.lit(1)])),
});
