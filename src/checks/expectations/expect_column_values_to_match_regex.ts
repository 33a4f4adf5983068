import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { matches, patternProblem } from "@/checks/expectations/pattern.ts";

const schema = kwargsSchema({ column, mostly, regex: { type: "string" } }, ["column", "regex"]);

/** Values contain a match of a regular expression; numbers and dates are read as text. */
export const expectColumnValuesToMatchRegex = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_match_regex",
  schema,
  problem: ({ regex }) => patternProblem("regex", regex),
  wanted: ({ regex }) => `like ${regex}`,
  expected: ({ column, regex }, _type, table) => matches(column, regex, table),
});
