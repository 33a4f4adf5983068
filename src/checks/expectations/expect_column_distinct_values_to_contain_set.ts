import type { FromSchema } from "json-schema-to-ts";
import { distinctSchema, found, missingFrom, MOST_LISTED } from "@/checks/expectations/distinct_values.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

/** Every value of a known set occurs; those that do not are listed. */
export const expectColumnDistinctValuesToContainSet: Expectation<FromSchema<typeof distinctSchema>> = {
  type: "expect_column_distinct_values_to_contain_set",
  schema: distinctSchema,
  columns: ({ column }) => [column],
  wanted: ({ value_set }) => `each of ${value_set.join(", ")}`,
  question({ column, value_set }, table) {
    const type = table.types[column]!;
    return {
      form: "values",
      ask: { found: found(column, type, value_set) },
      answer(values) {
        const missing = missingFrom(value_set, (values.found ?? []) as unknown[], type);
        const result = {
          observed_value: null,
          missing_count: missing.length,
          partial_missing_list: missing.slice(0, MOST_LISTED),
        };
        return { success: missing.length === 0, result };
      },
    };
  },
};
