import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

const schema = {
  type: "object",
  properties: {
    column_set: { type: ["array", "null"], items: { type: "string" } },
    exact_match: { type: ["boolean", "null"] },
  },
  required: ["column_set"],
  additionalProperties: false,
} as const;

/** The table has these columns, in any order; others too, when the match need not be exact. */
export const expectTableColumnsToMatchSet: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_columns_to_match_set",
  schema,
  columns: () => [],
  wanted: ({ column_set, exact_match }) =>
    `the columns ${(column_set ?? []).join(", ")}${(exact_match ?? true) ? "" : ", and maybe others"}`,
  question: ({ column_set, exact_match }, table) => ({
    form: "values",
    ask: {},
    answer() {
      const wanted = new Set(column_set ?? []);
      const unexpected = table.columns.filter((name) => !wanted.has(name)).toSorted();
      const missing = [...wanted].filter((name) => !table.columns.includes(name)).toSorted();
      const observed_value = table.columns.toSorted();
      if (unexpected.length + missing.length === 0) return { success: true, result: { observed_value } };
      const mismatched = {
        ...(unexpected.length > 0 ? { unexpected } : {}),
        ...(missing.length > 0 ? { missing } : {}),
      };
      const success = !(exact_match ?? true) && missing.length === 0;
      return { success, result: { observed_value, details: { mismatched } } };
    },
  }),
};
