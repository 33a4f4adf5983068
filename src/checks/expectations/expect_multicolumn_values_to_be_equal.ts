import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, ignoreRowIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignored } from "@/checks/expectations/row_rule.ts";
import { sameValue } from "@/checks/expectations/same_value.ts";

const schema = kwargsSchema(
  { column_list: { type: "array", items: column, minItems: 1 }, ignore_row_if: ignoreRowIf, mostly },
  ["column_list"],
);

/** In each row, several columns hold the same value; missing in all of them counts as the same. */
export const expectMulticolumnValuesToBeEqual = columnsRule<FromSchema<typeof schema>>({
  type: "expect_multicolumn_values_to_be_equal",
  schema,
  as: "record",
  columns: ({ column_list }) => column_list,
  wanted: ({ column_list }) => `the same value in ${column_list.join(", ")}`,
  ignores: ({ ignore_row_if }) => ignored(ignore_row_if),
  expected({ column_list }, table) {
    const first = column_list[0]!;
    return column_list
      .map((name) =>
        sameValue(name, first, table).fillNull(pl.lit(false)).or(pl.col(name).isNull().and(pl.col(first).isNull()))
      )
      .reduce((all, one) => all.and(one));
  },
});
