import { columnValueBetween, precise } from "@/checks/expectations/value_rule.ts";

/** The mean of a column lies within bounds. */
export const expectColumnMeanToBeBetween = columnValueBetween({
  type: "expect_column_mean_to_be_between",
  name: "mean",
  numeric: true,
  counts: true,
  value: (column, type) => precise(column, type).mean(),
});
