import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly }, ["column"]);

/** No value occurs twice. Every row of a repeated value breaks the rule, the first one too. */
export const expectColumnValuesToBeUnique = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_be_unique",
  schema,
  wanted: () => "no value twice",
  expected: ({ column }) => pl.col(column).isUnique(),
  proof: ({ column }) => pl.col(column).dropNulls().nUnique().eq(pl.col(column).count()),
});
