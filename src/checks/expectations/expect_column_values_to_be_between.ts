import type { FromSchema } from "json-schema-to-ts";
import { boundsInWords, boundsProblem, extremesWithin, within } from "@/checks/expectations/bounds.ts";
import { bounds, column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { comparable } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({ column, mostly, ...bounds }, ["column"]);

/** Values (numbers, dates or text) lie within bounds. */
export const expectColumnValuesToBeBetween = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_be_between",
  schema,
  problem: (kwargs) => boundsProblem(kwargs, { needed: true }),
  wanted: boundsInWords,
  expected: (kwargs, type) => within(comparable(kwargs.column, type), type, kwargs),
  proof: (kwargs, type) => extremesWithin(comparable(kwargs.column, type), type, kwargs),
});
