import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly, valueSet } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { areAllOneOf, isOneOf } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({ column, mostly, value_set: valueSet }, ["column", "value_set"]);

/** Values come from a known set. */
export const expectColumnValuesToBeInSet = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_be_in_set",
  schema,
  wanted: ({ value_set }) => value_set.length === 1 ? `${value_set[0]}` : `one of ${value_set.join(", ")}`,
  expected: ({ column, value_set }, type) => isOneOf(column, type, value_set),
  proof: ({ column, value_set }, type) => areAllOneOf(column, type, value_set),
});
