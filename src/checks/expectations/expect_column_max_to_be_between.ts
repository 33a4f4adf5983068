import pl from "nodejs-polars";
import { columnValueBetween } from "@/checks/expectations/value_rule.ts";

/** The largest value of a column lies within bounds. */
export const expectColumnMaxToBeBetween = columnValueBetween({
  type: "expect_column_max_to_be_between",
  name: "largest value",
  value: (column) => pl.col(column).max(),
});
