import type { FromSchema } from "json-schema-to-ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { escape, escapeProblem, likePattern } from "@/checks/expectations/like.ts";
import { matches } from "@/checks/expectations/pattern.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, like_pattern: { type: "string" }, escape }, ["column", "like_pattern"]);

/** No value is like an SQL pattern: `%` stands for any text, `_` for one character. */
export const expectColumnValuesToNotMatchLikePattern = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_not_match_like_pattern",
  schema,
  problem: ({ escape }) => escapeProblem(escape),
  wanted: ({ like_pattern }) => `not like ${like_pattern}`,
  expected: ({ column, like_pattern, escape }, _type, table) =>
    matches(column, likePattern(like_pattern, escape), table).not(),
});
