import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { column, ignoreRowIf, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnsRule, ignored } from "@/checks/expectations/row_rule.ts";
import { sameValue } from "@/checks/expectations/same_value.ts";

const schema = kwargsSchema(
  { column_list: { type: "array", items: column, minItems: 2 }, ignore_row_if: ignoreRowIf, mostly },
  ["column_list"],
);

/** In each row, several columns hold different values; missing twice counts as the same. */
export const expectSelectColumnValuesToBeUniqueWithinRecord = columnsRule<FromSchema<typeof schema>>({
  type: "expect_select_column_values_to_be_unique_within_record",
  schema,
  as: "record",
  columns: ({ column_list }) => column_list,
  wanted: ({ column_list }) => `different values in ${column_list.join(", ")}`,
  ignores: ({ ignore_row_if }) => ignored(ignore_row_if),
  expected: ({ column_list }, table) =>
    column_list.flatMap((a, i) => column_list.slice(i + 1).map((b) => [a, b] as const))
      .map(([a, b]) => sameValue(a, b, table).fillNull(pl.lit(false)).or(pl.col(a).isNull().and(pl.col(b).isNull())))
      .reduce((any, one) => any.or(one)).not(),
});
