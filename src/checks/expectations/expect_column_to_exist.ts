import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column } from "@/checks/expectations/kwargs.ts";

const schema = {
  type: "object",
  properties: { column, column_index: { type: ["integer", "null"], minimum: 0 } },
  required: ["column"],
  additionalProperties: false,
} as const;

/** The table has a column, perhaps at a given place (0 for the first). */
export const expectColumnToExist: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_to_exist",
  schema,
  // Its absence is the finding, not an obstacle to asking.
  columns: () => [],
  wanted: ({ column, column_index: at }) => `a column ${column}${at ? ` at place ${at + 1}` : ""}`,
  question: ({ column, column_index: at }, table) => ({
    form: "values",
    ask: {},
    // Place 0 is not checked, as in Great Expectations, which takes 0 for "not given".
    answer: () => ({ success: at ? table.columns[at] === column : table.columns.includes(column), result: {} }),
  }),
};
