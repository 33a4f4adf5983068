import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { boundsInWords, boundsProblem, liesWithin } from "@/checks/expectations/bounds.ts";
import { numberBounds } from "@/checks/expectations/kwargs.ts";

const { min_value, max_value } = numberBounds;
const schema = { type: "object", properties: { min_value, max_value }, additionalProperties: false } as const;

/** The table has a plausible number of columns. */
export const expectTableColumnCountToBeBetween: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_column_count_to_be_between",
  schema,
  problem: boundsProblem,
  columns: () => [],
  wanted: (kwargs) => `columns: ${boundsInWords(kwargs)}`,
  question: (kwargs, { columns }) => ({
    form: "values",
    ask: {},
    answer: () => ({ success: liesWithin(columns.length, kwargs), result: { observed_value: columns.length } }),
  }),
};
