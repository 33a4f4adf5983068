import type { FromSchema } from "json-schema-to-ts";
import { columnText } from "@/checks/expectations/column_text.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import pl from "nodejs-polars";

const schema = kwargsSchema({ column, mostly, value: { type: "number" } }, ["column", "value"]);

/** Values have a given number of characters; numbers and dates are read as text. */
export const expectColumnValueLengthsToEqual = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_value_lengths_to_equal",
  schema,
  wanted: ({ value }) => `exactly ${value} characters`,
  expected: ({ column, value }, type) => columnText(column, type).str.lengths().eq(pl.lit(value)),
});
