import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";

const schema = kwargsSchema({ column, mostly }, ["column"]);

/** Every value is missing. */
export const expectColumnValuesToBeNull: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_values_to_be_null",
  schema,
  columns: ({ column }) => [column],
  wanted: () => "only missing values",
  question: ({ column }) => ({
    form: "rows",
    expected: pl.col(column).isNull(),
    proof: pl.col(column).count().eq(pl.lit(0)),
    shows: [column],
    as: "value",
  }),
};
