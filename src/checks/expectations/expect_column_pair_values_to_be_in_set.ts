import pl, { type DataType, type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, ignorePairIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignoredPair } from "@/checks/expectations/row_rule.ts";
import { isOneOf } from "@/checks/expectations/values.ts";

const value = { type: ["number", "string", "boolean", "null"] } as const;
const schema = kwargsSchema({
  column_A: column,
  column_B: column,
  value_pairs_set: { type: "array", items: { type: "array", items: value, minItems: 2, maxItems: 2 } },
  ignore_row_if: ignorePairIf,
  mostly,
}, ["column_A", "column_B", "value_pairs_set"]);

/** In each row, two columns together hold one of several pairs of values. */
export const expectColumnPairValuesToBeInSet = columnsRule<FromSchema<typeof schema>>({
  type: "expect_column_pair_values_to_be_in_set",
  schema,
  as: "list",
  columns: ({ column_A, column_B }) => [column_A, column_B],
  wanted: ({ value_pairs_set: pairs }) => `one of ${pairs.map((pair) => `(${pair.join(", ")})`).join(", ")}`,
  ignores: ({ ignore_row_if }) => ignoredPair(ignore_row_if),
  expected: ({ column_A: a, column_B: b, value_pairs_set: pairs }, { types }) =>
    pairs.map(([left, right]) => holds(a, types[a]!, left).and(holds(b, types[b]!, right)))
      .reduce((any, one) => any.or(one), pl.col(a).isNull().and(pl.lit(false))),
});

/** True where a column holds a value; a missing value is one, too. */
function holds(column: string, type: DataType, value: unknown): Expr {
  return value == null ? pl.col(column).isNull() : isOneOf(column, type, [value]).fillNull(pl.lit(false));
}
