import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { typeQuestion } from "@/checks/expectations/types.ts";

const schema = kwargsSchema({ column, mostly, type_: { type: "string" } }, ["column", "type_"]);

/** A column holds one type of values. */
export const expectColumnValuesToBeOfType: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_values_to_be_of_type",
  schema,
  columns: ({ column }) => [column],
  wanted: ({ type_ }) => `values of type ${type_}`,
  question: ({ column, type_ }, table) => typeQuestion(column, [type_], table),
};
