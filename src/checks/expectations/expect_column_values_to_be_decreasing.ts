import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { inRowOrder } from "@/checks/expectations/row_order.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, strictly: { type: ["boolean", "null"] } }, ["column"]);

/** From row to row, a column's values do not rise (strictly: they fall). Missing values are skipped. */
export const expectColumnValuesToBeDecreasing = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_be_decreasing",
  schema,
  wanted: ({ strictly }) => strictly ? "falling from row to row" : "not rising from row to row",
  expected: ({ column, strictly }, _type, table) =>
    inRowOrder(column, table, { falling: true, strictly: strictly ?? false }),
});
