import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly, texts } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { matches, patternsProblem } from "@/checks/expectations/pattern.ts";

const schema = kwargsSchema({ column, mostly, regex_list: texts }, ["column", "regex_list"]);

/** No value contains a match of any of several regular expressions. */
export const expectColumnValuesToNotMatchRegexList = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_not_match_regex_list",
  schema,
  problem: ({ regex_list }) => patternsProblem("regex_list", regex_list),
  wanted: ({ regex_list }) => `like none of ${regex_list.join(", ")}`,
  expected: ({ column, regex_list }, _type, table) =>
    regex_list.map((regex) => matches(column, regex, table)).reduce((any, one) => any.or(one)).not(),
});
