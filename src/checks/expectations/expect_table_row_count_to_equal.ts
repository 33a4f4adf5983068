import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { kwargsSchema } from "@/checks/expectations/kwargs.ts";

const schema = kwargsSchema({ value: { type: "integer", minimum: 0 } }, ["value"]);

/** The table has a given number of rows. */
export const expectTableRowCountToEqual: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_row_count_to_equal",
  schema,
  columns: () => [],
  wanted: ({ value }) => `exactly ${value.toLocaleString("en")} rows`,
  question: ({ value }) => ({
    form: "values",
    ask: { rows: pl.len() },
    answer: ({ rows }) => ({ success: rows === value, result: { observed_value: rows as number } }),
  }),
};
