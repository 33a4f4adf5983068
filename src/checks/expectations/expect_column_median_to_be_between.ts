import { columnValueBetween, precise } from "@/checks/expectations/value_rule.ts";

/** The median of a column lies within bounds. */
export const expectColumnMedianToBeBetween = columnValueBetween({
  type: "expect_column_median_to_be_between",
  name: "median",
  numeric: true,
  counts: true,
  value: (column, type) => precise(column, type).median(),
});
