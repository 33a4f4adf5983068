import type { FromSchema } from "json-schema-to-ts";
import {
  distinctSchema,
  found,
  listed,
  missingFrom,
  MOST_LISTED,
  othersThan,
} from "@/checks/expectations/distinct_values.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

/** The values that occur are those of a known set: none is missing, and there is no other. */
export const expectColumnDistinctValuesToEqualSet: Expectation<FromSchema<typeof distinctSchema>> = {
  type: "expect_column_distinct_values_to_equal_set",
  schema: distinctSchema,
  columns: ({ column }) => [column],
  wanted: ({ value_set }) => `each of ${value_set.join(", ")}, and no other value`,
  question({ column, value_set }, table) {
    const type = table.types[column]!;
    return {
      form: "values",
      ask: { found: found(column, type, value_set), others: othersThan(column, type, value_set) },
      answer(values) {
        const missing = missingFrom(value_set, (values.found ?? []) as unknown[], type);
        const others = listed(values.others, type);
        const result = {
          observed_value: null,
          unexpected_count: others.length,
          missing_count: missing.length,
          partial_unexpected_list: others.slice(0, MOST_LISTED),
          partial_missing_list: missing.slice(0, MOST_LISTED),
        };
        return { success: missing.length + others.length === 0, result };
      },
    };
  },
};
