import type { FromSchema } from "json-schema-to-ts";
import { column, ignorePairIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignoredPair } from "@/checks/expectations/row_rule.ts";
import { sameValue } from "@/checks/expectations/same_value.ts";

const schema = kwargsSchema({ column_A: column, column_B: column, ignore_row_if: ignorePairIf, mostly }, [
  "column_A",
  "column_B",
]);

/** In each row, two columns hold the same value. */
export const expectColumnPairValuesToBeEqual = columnsRule<FromSchema<typeof schema>>({
  type: "expect_column_pair_values_to_be_equal",
  schema,
  as: "list",
  columns: ({ column_A, column_B }) => [column_A, column_B],
  wanted: ({ column_A, column_B }) => `${column_A} the same as ${column_B}`,
  ignores: ({ ignore_row_if }) => ignoredPair(ignore_row_if),
  expected: ({ column_A, column_B }, table) => sameValue(column_A, column_B, table),
});
