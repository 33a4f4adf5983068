import type { FromSchema } from "json-schema-to-ts";
import { column, ignorePairIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignoredPair } from "@/checks/expectations/row_rule.ts";
import { comparable, familyOf } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({
  column_A: column,
  column_B: column,
  or_equal: { type: ["boolean", "null"] },
  ignore_row_if: ignorePairIf,
  mostly,
}, ["column_A", "column_B"]);

/** In each row, one column's value is greater than another's. */
export const expectColumnPairValuesAToBeGreaterThanB = columnsRule<FromSchema<typeof schema>>({
  type: "expect_column_pair_values_a_to_be_greater_than_b",
  schema,
  as: "list",
  columns: ({ column_A, column_B }) => [column_A, column_B],
  wanted: ({ column_A, column_B, or_equal }) => `${column_A} ${or_equal ? "at least" : "above"} ${column_B}`,
  ignores: ({ ignore_row_if }) => ignoredPair(ignore_row_if),
  expected({ column_A, column_B, or_equal }, { types }) {
    const a = types[column_A]!, b = types[column_B]!;
    if ((familyOf(a) === "text") !== (familyOf(b) === "text")) {
      throw new TypeError(
        `Cannot compare "${column_A}" with "${column_B}" as both must be text, or neither: they hold ${a.variant} ` +
          `and ${b.variant}`,
      );
    }
    const left = comparable(column_A, a), right = comparable(column_B, b);
    return or_equal ? left.gtEq(right) : left.gt(right);
  },
});
