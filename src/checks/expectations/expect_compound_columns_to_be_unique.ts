import pl, { type Expr } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, ignoreRowIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignored } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema(
  { column_list: { type: "array", items: column, minItems: 2, uniqueItems: true }, ignore_row_if: ignoreRowIf, mostly },
  ["column_list"],
);

/** No combination of values occurs twice: one row per store and day. */
export const expectCompoundColumnsToBeUnique = columnsRule<FromSchema<typeof schema>>({
  type: "expect_compound_columns_to_be_unique",
  schema,
  as: "record",
  columns: ({ column_list }) => column_list,
  wanted: ({ column_list }) => `one row for each ${column_list.join(" and ")}`,
  ignores: ({ ignore_row_if }) => ignored(ignore_row_if),
  expected: ({ column_list }) => pl.struct(column_list.map((name) => pl.col(name))).isUnique(),
  proof: ({ column_list }) => column_list.map((last) => inOrder(column_list, last)).reduce((any, one) => any.or(one)),
});

/**
 * Proves uniqueness of a table that is in some order, at a twentieth of the cost of hashing every row: rows with the same
 * leading values stand together in one run, and within a run the last column rises, or falls, from row to row.
 */
function inOrder(columns: readonly string[], last: string): Expr {
  const leading = columns.filter((name) => name !== last);
  const starts = leading
    .map((name) => pl.col(name).neq(pl.col(name).shift(1)))
    .reduce((any, one) => any.or(one))
    .fillNull(pl.lit(true));
  const heads = pl.struct(leading.map((name) => pl.col(name).filter(starts))).nUnique();
  const values = pl.col(last), before = values.shift(1);
  const complete = columns.map((name) => pl.col(name).nullCount().eq(pl.lit(0))).reduce((all, one) => all.and(one));
  const rises = starts.or(values.gt(before)).all(), falls = starts.or(values.lt(before)).all();
  return complete.and(heads.eq(starts.sum())).and(rises.or(falls));
}
