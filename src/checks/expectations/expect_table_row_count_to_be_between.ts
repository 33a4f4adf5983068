import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { boundsInWords, boundsProblem, liesWithin } from "@/checks/expectations/bounds.ts";
import { kwargsSchema, numberBounds } from "@/checks/expectations/kwargs.ts";

const schema = kwargsSchema({ ...numberBounds }, []);

/** The table has a plausible number of rows. */
export const expectTableRowCountToBeBetween: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_row_count_to_be_between",
  schema,
  problem: boundsProblem,
  columns: () => [],
  wanted: (kwargs) => `rows: ${boundsInWords(kwargs)}`,
  question: (kwargs) => ({
    form: "values",
    ask: { rows: pl.len() },
    answer: ({ rows }) => ({
      success: liesWithin(rows as number, kwargs),
      result: { observed_value: rows as number },
    }),
  }),
};
