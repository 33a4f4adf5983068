import type { FromSchema } from "json-schema-to-ts";
import { whereText } from "@/checks/expectations/column_text.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { strptime } from "@/checks/expectations/strptime.ts";

const schema = kwargsSchema({ column, mostly, strftime_format: { type: "string", minLength: 1 } }, [
  "column",
  "strftime_format",
]);

/** Texts are dates in a given format: `%d.%m.%Y`. */
export const expectColumnValuesToMatchStrftimeFormat = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_match_strftime_format",
  schema,
  problem({ strftime_format }) {
    try {
      strptime(strftime_format);
      return undefined;
    } catch (error) {
      return { key: "strftime_format", problem: (error as Error).message };
    }
  },
  wanted: ({ strftime_format }) => `dates like ${strftime_format}`,
  expected: ({ column, strftime_format }, _type, table) => whereText(column, table, strptime(strftime_format)),
});
