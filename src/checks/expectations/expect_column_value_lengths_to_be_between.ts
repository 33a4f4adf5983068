import pl, { type DataType } from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { boundsInWords, boundsProblem, extremesWithin, within } from "@/checks/expectations/bounds.ts";
import { columnText } from "@/checks/expectations/column_text.ts";
import { column, kwargsSchema, mostly, numberBounds } from "@/checks/expectations/kwargs.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, ...numberBounds }, ["column"]);

const lengths = (column: string, type: DataType) => columnText(column, type).str.lengths();

/** Values have a plausible number of characters; numbers and dates are read as text. */
export const expectColumnValueLengthsToBeBetween = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_value_lengths_to_be_between",
  schema,
  problem: (kwargs) => boundsProblem(kwargs, { needed: true }),
  wanted: (kwargs) => `${boundsInWords(kwargs)} characters`,
  expected: (kwargs, type) => within(lengths(kwargs.column, type), pl.Int64, kwargs),
  proof: (kwargs, type) => extremesWithin(lengths(kwargs.column, type), pl.Int64, kwargs),
});
