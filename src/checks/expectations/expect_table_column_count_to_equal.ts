import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

const schema = {
  type: "object",
  properties: { value: { type: "integer", minimum: 0 } },
  required: ["value"],
  additionalProperties: false,
} as const;

/** The table has a given number of columns. */
export const expectTableColumnCountToEqual: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_column_count_to_equal",
  schema,
  columns: () => [],
  wanted: ({ value }) => `exactly ${value} columns`,
  question: ({ value }, { columns }) => ({
    form: "values",
    ask: {},
    answer: () => ({ success: columns.length === value, result: { observed_value: columns.length } }),
  }),
};
