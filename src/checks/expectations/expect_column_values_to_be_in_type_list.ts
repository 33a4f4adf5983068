import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { typeQuestion } from "@/checks/expectations/types.ts";

const schema = kwargsSchema({ column, mostly, type_list: { type: "array", items: { type: "string" } } }, [
  "column",
  "type_list",
]);

/** A column holds one of several types of values. */
export const expectColumnValuesToBeInTypeList: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_values_to_be_in_type_list",
  schema,
  columns: ({ column }) => [column],
  wanted: ({ type_list }) => `values of type ${type_list.join(" or ")}`,
  question: ({ column, type_list }, table) => typeQuestion(column, type_list, table),
};
