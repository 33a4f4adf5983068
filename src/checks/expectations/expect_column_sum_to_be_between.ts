import { columnValueBetween, precise } from "@/checks/expectations/value_rule.ts";

/** The sum of a column lies within bounds. */
export const expectColumnSumToBeBetween = columnValueBetween({
  type: "expect_column_sum_to_be_between",
  name: "sum",
  numeric: true,
  counts: true,
  value: (column, type) => precise(column, type).sum(),
});
