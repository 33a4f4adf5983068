import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, matchOn, mostly, texts } from "@/checks/expectations/kwargs.ts";
import { escape, escapeProblem, likePattern } from "@/checks/expectations/like.ts";
import { matches } from "@/checks/expectations/pattern.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, like_pattern_list: texts, match_on: matchOn, escape }, [
  "column",
  "like_pattern_list",
]);

/** Values are like one of several SQL patterns, or like all of them. */
export const expectColumnValuesToMatchLikePatternList = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_match_like_pattern_list",
  schema,
  problem: ({ escape }) => escapeProblem(escape),
  wanted: ({ like_pattern_list, match_on }) => `like ${like_pattern_list.join(match_on === "all" ? " and " : " or ")}`,
  expected: ({ column, like_pattern_list, match_on, escape }, _type, table) =>
    like_pattern_list.map((pattern) => matches(column, likePattern(pattern, escape), table))
      .reduce((all, one) => match_on === "all" ? all.and(one) : all.or(one)),
});
