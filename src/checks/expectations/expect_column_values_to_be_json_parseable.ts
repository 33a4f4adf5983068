import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import { whereText } from "@/checks/expectations/column_text.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { readPythonJson } from "@/checks/expectations/python_json.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";
import { familyOf } from "@/checks/expectations/values.ts";

const schema = kwargsSchema({ column, mostly }, ["column"]);

/** Texts are JSON documents. */
export const expectColumnValuesToBeJsonParseable = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_be_json_parseable",
  schema,
  wanted: () => "JSON",
  // A number is not a text that holds JSON, and so breaks the rule.
  expected: ({ column }, type, table) =>
    familyOf(type) === "text" ? whereText(column, table, isJson) : pl.col(column).isNull(),
});

function isJson(text: string): boolean {
  try {
    readPythonJson(text);
    return true;
  } catch {
    return false;
  }
}
