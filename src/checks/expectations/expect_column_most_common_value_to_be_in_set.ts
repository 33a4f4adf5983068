import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { listed, missingFrom } from "@/checks/expectations/distinct_values.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, valueSet } from "@/checks/expectations/kwargs.ts";

const schema = kwargsSchema({ column, value_set: valueSet, ties_okay: { type: ["boolean", "null"] } }, [
  "column",
  "value_set",
]);

/** The value that occurs most often comes from a known set; a tie is only fine when told so. */
export const expectColumnMostCommonValueToBeInSet: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_most_common_value_to_be_in_set",
  schema,
  columns: ({ column }) => [column],
  wanted: ({ value_set, ties_okay }) =>
    `most often ${ties_okay ? "one of " : "exactly one of "}${value_set.join(", ")}`,
  question({ column, value_set, ties_okay }, table) {
    const type = table.types[column]!;
    return {
      form: "values",
      ask: { modes: pl.col(column).dropNulls().mode().sort().implode() },
      answer({ modes }) {
        const most = listed(modes, type);
        const other = missingFrom(most, value_set, type).length;
        const success = ties_okay ? other < most.length : most.length === 1 && other === 0;
        return { success, result: { observed_value: most } };
      },
    };
  },
};
