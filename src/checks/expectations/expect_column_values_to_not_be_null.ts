import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";

const schema = kwargsSchema({ column, mostly }, ["column"]);

/** No value is missing. */
export const expectColumnValuesToNotBeNull: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_values_to_not_be_null",
  schema,
  columns: ({ column }) => [column],
  wanted: () => "no missing values",
  question: ({ column }) => ({
    form: "rows",
    expected: pl.col(column).isNotNull(),
    proof: pl.col(column).nullCount().eq(pl.lit(0)),
    shows: [column],
    as: "value",
  }),
};
