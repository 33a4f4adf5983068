import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly, texts } from "@/checks/expectations/kwargs.ts";
import { escape, escapeProblem, likePattern } from "@/checks/expectations/like.ts";
import { matches } from "@/checks/expectations/pattern.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, like_pattern_list: texts, escape }, ["column", "like_pattern_list"]);

/** No value is like any of several SQL patterns. */
export const expectColumnValuesToNotMatchLikePatternList = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_not_match_like_pattern_list",
  schema,
  problem: ({ escape }) => escapeProblem(escape),
  wanted: ({ like_pattern_list }) => `like none of ${like_pattern_list.join(", ")}`,
  expected: ({ column, like_pattern_list, escape }, _type, table) =>
    like_pattern_list.map((pattern) => matches(column, likePattern(pattern, escape), table))
      .reduce((any, one) => any.or(one)).not(),
});
