import pl from "nodejs-polars";
import { columnValueBetween } from "@/checks/expectations/value_rule.ts";

/** The smallest value of a column lies within bounds. */
export const expectColumnMinToBeBetween = columnValueBetween({
  type: "expect_column_min_to_be_between",
  name: "smallest value",
  value: (column) => pl.col(column).min(),
});
