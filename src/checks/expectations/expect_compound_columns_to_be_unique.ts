import pl, { type DataFrame, type Expr } from "nodejs-polars";
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
  proof: ({ column_list }, table) => inOrder(column_list, innermost(column_list, table.head(column_list))),
});

/** The column that changes from row to row while the others stand still, as far as the first rows tell. */
function innermost(columns: readonly string[], head: DataFrame): string {
  const runs = head.select(...columns.map((last) => startsOf(columns, last).sum().alias(last))).toRecords()[0]!;
  return columns.toSorted((a, b) => (runs[a] as number) - (runs[b] as number))[0]!;
}

/** True in each row where another column than `last` differs from the row before. */
function startsOf(columns: readonly string[], last: string): Expr {
  return columns
    .filter((name) => name !== last)
    .map((name) => pl.col(name).neq(pl.col(name).shift(1)))
    .reduce((any, one) => any.or(one))
    .fillNull(pl.lit(true));
}

/**
 * Proves uniqueness of a table that is in some order, at a tenth of the cost of hashing every row: rows that share the
 * other values stand together in one run, and within a run the last column rises, or falls, from row to row.
 */
function inOrder(columns: readonly string[], last: string): Expr {
  const starts = startsOf(columns, last);
  const leading = columns.filter((name) => name !== last).map((name) => pl.col(name).filter(starts));
  const heads = leading.length === 1 ? leading[0]!.nUnique() : pl.struct(leading).nUnique();
  const values = pl.col(last), before = values.shift(1);
  const complete = columns.map((name) => pl.col(name).nullCount().eq(pl.lit(0))).reduce((all, one) => all.and(one));
  const rises = starts.or(values.gt(before)).all(), falls = starts.or(values.lt(before)).all();
  return complete.and(heads.eq(starts.sum())).and(rises.or(falls));
}
