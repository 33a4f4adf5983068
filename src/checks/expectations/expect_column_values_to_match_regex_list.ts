import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, matchOn, mostly, texts } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { matches, patternsProblem } from "@/checks/expectations/pattern.ts";

const schema = kwargsSchema({ column, mostly, regex_list: texts, match_on: matchOn }, ["column", "regex_list"]);

/** Values contain a match of one of several regular expressions, or of all of them. */
export const expectColumnValuesToMatchRegexList = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_match_regex_list",
  schema,
  problem: ({ regex_list }) => patternsProblem("regex_list", regex_list),
  wanted: ({ regex_list, match_on }) => `like ${regex_list.join(match_on === "all" ? " and " : " or ")}`,
  expected: ({ column, regex_list, match_on }, _type, table) =>
    regex_list.map((regex) => matches(column, regex, table))
      .reduce((all, one) => match_on === "all" ? all.and(one) : all.or(one)),
});
