import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { FromSchema } from "json-schema-to-ts";
import { whereText } from "@/checks/expectations/column_text.ts";
import { column, kwargsSchema, mostly } from "@/checks/expectations/kwargs.ts";
import { readPythonJson } from "@/checks/expectations/python_json.ts";
import { columnRule } from "@/checks/expectations/row_rule.ts";

const schema = kwargsSchema({ column, mostly, json_schema: { type: "object" } }, ["column", "json_schema"]);

/** Texts are JSON documents that fit a JSON Schema. A text that is no JSON at all is an error, not a finding. */
export const expectColumnValuesToMatchJsonSchema = columnRule<FromSchema<typeof schema>>({
  type: "expect_column_values_to_match_json_schema",
  schema,
  problem({ json_schema }) {
    try {
      judge(json_schema);
      return undefined;
    } catch (error) {
      return { key: "json_schema", problem: `is not a JSON Schema that can be used: ${(error as Error).message}` };
    }
  },
  wanted: () => "JSON that fits the schema",
  expected({ column, json_schema }, _type, table) {
    const fits = judge(json_schema);
    return whereText(column, table, (text) => fits(readPythonJson(text, "1e999")));
  },
});

/** Formats are not judged, and NaN and Infinity are numbers: as in Python's library. */
function judge(schema: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  const options = { strict: false, validateFormats: false, strictNumbers: false };
  const old = typeof schema.$schema === "string" && schema.$schema.includes("draft-0");
  return (old ? new Ajv(options) : new Ajv2020(options)).compile(schema) as (value: unknown) => boolean;
}
