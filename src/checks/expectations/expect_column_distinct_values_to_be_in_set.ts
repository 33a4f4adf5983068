import type { FromSchema } from "json-schema-to-ts";
import { distinctSchema, listed, MOST_LISTED, othersThan } from "@/checks/expectations/distinct_values.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

/** Every value that occurs comes from a known set; the others are listed, each once. */
export const expectColumnDistinctValuesToBeInSet: Expectation<FromSchema<typeof distinctSchema>> = {
  type: "expect_column_distinct_values_to_be_in_set",
  schema: distinctSchema,
  columns: ({ column }) => [column],
  wanted: ({ value_set }) => `no value but ${value_set.join(", ")}`,
  question({ column, value_set }, table) {
    const type = table.types[column]!;
    return {
      form: "values",
      ask: { others: othersThan(column, type, value_set) },
      answer(values) {
        const others = listed(values.others, type);
        const result = {
          observed_value: null,
          unexpected_count: others.length,
          partial_unexpected_list: others.slice(0, MOST_LISTED),
        };
        return { success: others.length === 0, result };
      },
    };
  },
};
