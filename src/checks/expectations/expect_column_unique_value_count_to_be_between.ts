import pl from "nodejs-polars";
import { columnValueBetween } from "@/checks/expectations/value_rule.ts";

/** A column has a plausible number of different values. */
export const expectColumnUniqueValueCountToBeBetween = columnValueBetween({
  type: "expect_column_unique_value_count_to_be_between",
  name: "number of different values",
  counts: true,
  value: (column) => pl.col(column).dropNulls().nUnique(),
});
