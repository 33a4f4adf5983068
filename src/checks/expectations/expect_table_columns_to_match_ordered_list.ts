import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";

const schema = {
  type: "object",
  properties: { column_list: { type: ["array", "null"], items: { type: "string" } } },
  required: ["column_list"],
  additionalProperties: false,
} as const;

/** The table has exactly these columns, in this order. */
export const expectTableColumnsToMatchOrderedList: Expectation<FromSchema<typeof schema>> = {
  type: "expect_table_columns_to_match_ordered_list",
  schema,
  columns: () => [],
  wanted: ({ column_list }) => `the columns ${(column_list ?? []).join(", ")}, in this order`,
  question: ({ column_list: wanted }, { columns }) => ({
    form: "values",
    ask: {},
    answer() {
      const observed_value = [...columns];
      const places = Math.max(wanted?.length ?? 0, columns.length);
      const mismatched = wanted == null ? [] : Array.from({ length: places }, (_, at) => ({
        "Expected Column Position": at,
        Expected: wanted[at] ?? null,
        Found: columns[at] ?? null,
      })).filter(({ Expected, Found }) => Expected !== Found);
      if (mismatched.length === 0) return { success: true, result: { observed_value } };
      return { success: false, result: { observed_value, details: { mismatched } } };
    },
  }),
};
