/**
 * Names of column types: Polars', NumPy's (which suites made with pandas hold), and Python's.
 *
 * @module
 */
import pl, { type DataType } from "nodejs-polars";
import type { Question, RowQuestion, TableShape } from "@/checks/expectations/expectation.ts";
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
function isOfType(type: DataType, name: string): boolean {
  const wanted = name.toLowerCase(), numpy = numpyName(type);
  return wanted === type.variant.toLowerCase() || wanted === numpy || (ALSO[numpy] ?? []).includes(wanted);
}

/** The names that text values go by, and flags: a flag of Python is an `int`. */
const TEXT = ["str", "string", "string_types", "utf8"], FLAGS = ["bool", "boolean", "int"];

/**
 * Asks whether a column's values are of one of some types.
 *
 * A suite made with pandas means what pandas makes of a column: text and flags with gaps are objects there, which are asked
 * value by value; whole numbers with gaps are floating point numbers.
 */
export function typeQuestion(column: string, names: readonly string[], table: TableShape): Question {
  const type = table.types[column]!, family = familyOf(type);
  // A column without a type has no value either.
  if (family === "text" || type.variant === "Null") return objectQuestion(column, names, TEXT);
  if (family === "boolean" && table.gaps(column)) return objectQuestion(column, names, FLAGS);
  const own = /^U?Int/.test(type.variant) && table.gaps(column) ? pl.Float64 : type;
  return {
    form: "values",
    ask: {},
    answer: () => ({
      success: names.some((name) => isOfType(own, name)),
      result: { observed_value: numpyName(own) },
    }),
  };
}

function objectQuestion(column: string, names: readonly string[], own: readonly string[]): RowQuestion {
  const fits = names.some((name) => own.includes(name.toLowerCase()));
  // Written with the column, so that it is as long as the table.
  const expected = fits ? pl.col(column).isNotNull() : pl.col(column).isNull();
  return { form: "rows", expected, considered: pl.col(column).isNotNull(), shows: [column], as: "value" };
}

/** pandas' name of a column's type; whole numbers with gaps are floating point numbers there. */
export function pandasName(type: DataType, gaps: boolean): string {
  const family = familyOf(type);
  if (family === "datetime") return `datetime64[${(type as { timeUnit?: string }).timeUnit ?? "us"}]`;
  if (family === "boolean") return gaps ? "object" : "bool";
  if (/^U?Int/.test(type.variant)) return gaps ? "float64" : type.variant.toLowerCase();
  if (type.variant === "Categorical") return "category";
  return /^Float/.test(type.variant) ? type.variant.toLowerCase() : "object";
}

/** What pandas takes a name for, beyond the name itself. */
const PANDAS: Readonly<Record<string, readonly string[]>> = {
  int: ["int64"],
  int_: ["int64"],
  long: ["int64"],
  float: ["float64"],
  double: ["float64"],
  boolean: [],
  O: ["object"],
  str: [],
  string: [],
  datetime64: ["ns", "us", "ms", "s"].map((unit) => `datetime64[${unit}]`),
  category: ["category"],
  object: ["object"],
  bool: ["bool"],
};

/** The types that a name means to pandas; undefined where it knows no such name. */
export function pandasNames(name: string): readonly string[] | undefined {
  if (Object.hasOwn(PANDAS, name)) return PANDAS[name];
  return /^(u?int(8|16|32|64)|float(16|32|64)|U?Int(8|16|32|64)|Float(32|64)|datetime64\[(ns|us|ms|s)\])$/.test(name)
    ? [name]
    : undefined;
}
