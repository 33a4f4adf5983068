import pl from "nodejs-polars";
import { columnValueBetween } from "@/checks/expectations/value_rule.ts";

/** The number of different values of a column, as a share of all its values, lies within bounds. */
export const expectColumnProportionOfUniqueValuesToBeBetween = columnValueBetween({
  type: "expect_column_proportion_of_unique_values_to_be_between",
  name: "share of different values",
  counts: true,
  // A column without values has a share of 0, by Great Expectations' definition.
  value: (column) => pl.col(column).dropNulls().nUnique().div(pl.maxHorizontal([pl.col(column).count(), pl.lit(1)])),
});
