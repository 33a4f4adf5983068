/**
 * Names of column types: Polars', NumPy's (which suites made with pandas hold), and Python's.
 *
 * @module
 */
import pl, { type DataType } from "nodejs-polars";
import type { RowQuestion } from "@/checks/expectations/expectation.ts";
import { familyOf } from "@/checks/expectations/values.ts";

/** NumPy's name of a column's type, as Great Expectations reports it: `int64`. */
export function numpyName(type: DataType): string {
  const family = familyOf(type);
  if (family === "boolean") return "bool";
  if (family === "date" || family === "datetime") return "datetime64";
  return family === "text" ? "object_" : type.variant.toLowerCase();
}

/** Other names of a type: Python's and pandas' defaults. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  int64: ["int", "int_", "long", "integer"],
  float64: ["float", "double", "float_"],
  bool: ["bool_", "boolean"],
  datetime64: ["datetime64[ns]", "datetime64[us]", "datetime64[ms]", "datetime", "timestamp"],
};

/** Whether a column's type goes by a name; capitals do not matter. */
export function isOfType(type: DataType, name: string): boolean {
  const wanted = name.toLowerCase(), numpy = numpyName(type);
  return wanted === type.variant.toLowerCase() || wanted === numpy || (ALSO[numpy] ?? []).includes(wanted);
}

/** The names that text values go by. */
const TEXT = ["str", "string", "string_types", "utf8"];

/**
 * Text columns are asked value by value, as pandas holds them as objects of any type; here they all are text.
 */
export function textQuestion(column: string, names: readonly string[]): RowQuestion {
  const isText = names.some((name) => TEXT.includes(name.toLowerCase()));
  // Written with the column, so that it is as long as the table.
  const expected = isText ? pl.col(column).isNotNull() : pl.col(column).isNull();
  return { form: "rows", expected, considered: pl.col(column).isNotNull(), shows: [column], as: "value" };
}
