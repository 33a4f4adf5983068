import { columnValueBetween, precise } from "@/checks/expectations/value_rule.ts";

/** The standard deviation of a column (with n - 1) lies within bounds. */
export const expectColumnStdevToBeBetween = columnValueBetween({
  type: "expect_column_stdev_to_be_between",
  name: "standard deviation",
  numeric: true,
  counts: true,
  value: (column, type) => precise(column, type).std(),
});
