import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, ignoreRowIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignored } from "@/checks/expectations/row_rule.ts";
import { isNumeric } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({
  column_list: { type: "array", items: column, minItems: 2 },
  sum_total: { type: "number" },
  ignore_row_if: ignoreRowIf,
  mostly,
}, ["column_list", "sum_total"]);

/** In each row, several columns add up to a given sum. */
export const expectMulticolumnSumToEqual = columnsRule<FromSchema<typeof schema>>({
  type: "expect_multicolumn_sum_to_equal",
  schema,
  as: "record",
  columns: ({ column_list }) => column_list,
  wanted: ({ column_list, sum_total }) => `${column_list.join(" + ")} = ${sum_total}`,
  ignores: ({ ignore_row_if }) => ignored(ignore_row_if),
  expected({ column_list, sum_total }, { types }) {
    const text = column_list.find((name) => !isNumeric(types[name]!));
    if (text !== undefined) {
      throw new TypeError(`Cannot add column "${text}" as it must hold numbers: it holds ${types[text]!.variant}`);
    }
    return column_list.map((name) => pl.col(name).cast(pl.Float64)).reduce((sum, one) => sum.add(one)).eq(
      pl.lit(sum_total),
    );
  },
});
