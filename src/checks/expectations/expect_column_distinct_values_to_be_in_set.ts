import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Json } from "@/core/json.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, valueSet } from "@/checks/expectations/kwargs.ts";
import { isOneOf, toJson } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({ column, value_set: { ...valueSet, minItems: 1 } }, ["column", "value_set"]);

/** Every value that occurs comes from a known set; the others are listed, each once. */
export const expectColumnDistinctValuesToBeInSet: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_distinct_values_to_be_in_set",
  schema,
  columns: ({ column }) => [column],
  wanted: ({ value_set }) => `no value but ${value_set.join(", ")}`,
  question({ column, value_set }, table) {
    const type = table.types[column]!;
    const other = isOneOf(column, type, value_set).not().and(pl.col(column).isNotNull());
    return {
      form: "values",
      ask: { others: pl.col(column).filter(other).unique().sort().implode() },
      answer({ others }) {
        const values: Json[] = ((others ?? []) as unknown[]).map((value) => toJson(value, type));
        const result = {
          observed_value: null,
          unexpected_count: values.length,
          partial_unexpected_list: values.slice(0, 20),
        };
        return { success: values.length === 0, result };
      },
    };
  },
};
