import pl from "nodejs-polars";
import type { FromSchema } from "json-schema-to-ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { column, kwargsSchema } from "@/checks/expectations/kwargs.ts";
import { pandasName, pandasNames } from "@/checks/expectations/types.ts";

const schema = kwargsSchema({ column, type_: { type: "string", minLength: 1 } }, ["column", "type_"]);

/** A column is of a type, by pandas' name: `int64`, `float64`, `object` for text, `datetime64[us]`. */
export const expectColumnTypeToBe: Expectation<FromSchema<typeof schema>> = {
  type: "expect_column_type_to_be",
  schema,
  columns: ({ column }) => [column],
  wanted: ({ type_ }) => `a column of type ${type_}`,
  question({ column, type_ }, table) {
    const type = table.types[column]!;
    const names = pandasNames(type_);
    if (names === undefined) {
      throw new TypeError(`Cannot check for the type ${type_} as pandas has no type of that name`);
    }
    return {
      form: "values",
      // In pandas, whole numbers with gaps are floating point numbers.
      ask: { gaps: pl.col(column).nullCount() },
      answer({ gaps }) {
        const observed = pandasName(type, (gaps as number) > 0);
        return { success: names.includes(observed), result: { observed_value: observed } };
      },
    };
  },
};
