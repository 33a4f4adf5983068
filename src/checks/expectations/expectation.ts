/**
 * The contract of an expectation: what it may be told, what it asks a table, and how it judges the answer.
 *
 * @module
 */
import type { DataFrame, DataType, Expr } from "nodejs-polars";
import type { JSONSchema } from "json-schema-to-ts";
import type { Json } from "@/core/json.ts";

/** What an expectation may be told, by name: `{ column: "sales", min_value: 0 }`. */
export type Kwargs = Readonly<Record<string, unknown>>;

/** What is known of a table before anything is computed. */
export interface TableShape {
  /** Column names, in the table's order. */
  readonly columns: readonly string[];
  /** Column → its Polars type. */
  readonly types: Readonly<Record<string, DataType>>;
  /** The first rows of some columns, to guess from which question is the cheapest. */
  head(columns: readonly string[]): DataFrame;
  /** Whether a column has missing values. */
  gaps(column: string): boolean;
  /** Each value of a column once, missing ones left out: for rules that only JavaScript can judge. */
  distinct(column: string): readonly unknown[];
}

/**
 * A question about every row: which of them break the rule?
 *
 * Expressions are as long as the table; missing values (null, and NaN, which counts as null) are null in them.
 */
export interface RowQuestion {
  /** Tells this form of question from the other. */
  readonly form: "rows";
  /** True where the rule holds. Read only where `considered` is true; null counts as false. */
  readonly expected: Expr;
  /** True for the rows that the rule is about; all of them when left out, and then none are reported missing. */
  readonly considered?: Expr;
  /** One value, cheap to get, whose truth proves that no row breaks the rule: the rows are then not looked at. */
  readonly proof?: Expr;
  /** The columns whose values are shown for rows that break the rule. */
  readonly shows: readonly string[];
  /** How those values are laid out: bare, as a list, or by column name. */
  readonly as: "value" | "list" | "record";
}

/** A question about the table as a whole, answered by a few aggregated values. */
export interface ValueQuestion {
  /** Tells this form of question from the other. */
  readonly form: "values";
  /** Name → an expression of length one, or a list. */
  readonly ask: Readonly<Record<string, Expr>>;
  /** Judges the values that were asked for, by their names. */
  answer(values: Readonly<Record<string, unknown>>): Answer;
}

/** A verdict with the fields of Great Expectations' `result`. */
export interface Answer {
  /** Whether the table keeps the rule. */
  readonly success: boolean;
  /** Great Expectations' details, such as `observed_value` and `unexpected_count`. */
  readonly result: Readonly<Record<string, Json>>;
}

/** What an expectation asks a table. */
export type Question = RowQuestion | ValueQuestion;

/** What is wrong with a setting, and which one. */
export interface KwargsProblem {
  /** The setting's name: `min_value`. */
  readonly key: string;
  /** What is wrong with it, in words. */
  readonly problem: string;
}

/**
 * One kind of rule about a table, by Great Expectations' name.
 *
 * @typeParam K The settings, as `schema` describes them.
 */
export interface Expectation<K extends Kwargs = Kwargs> {
  /** `expect_column_values_to_be_between` */
  readonly type: string;
  /** JSON Schema of the settings. */
  readonly schema: JSONSchema;
  /** What contradicts itself in settings that fit the schema. */
  problem?(kwargs: K): KwargsProblem | undefined;
  /** The columns that must be there before anything can be asked. */
  columns(kwargs: K): readonly string[];
  /** The rule in words, for a person: `between 0 and 50,000`. */
  wanted(kwargs: K): string;
  /**
   * The question for a table with the columns that the expectation needs.
   *
   * @throws {TypeError} If a column is of a type that the rule cannot be asked about.
   */
  question(kwargs: K, table: TableShape): Question;
}
