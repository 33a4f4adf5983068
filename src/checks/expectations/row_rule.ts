/**
 * Rules that each row keeps or breaks on its own: about one column, a pair of columns, or several.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { JSONSchema } from "json-schema-to-ts";
import type { Expectation, Kwargs, KwargsProblem, TableShape } from "@/checks/expectations/expectation.ts";

/** Settings of a rule about one column. */
export interface ColumnKwargs extends Kwargs {
  readonly column: string;
}

/** A rule about the values of one column: rows where it is missing are not considered. */
export function columnRule<K extends ColumnKwargs>(rule: {
  readonly type: string;
  readonly schema: JSONSchema;
  problem?(kwargs: K): KwargsProblem | undefined;
  wanted(kwargs: K): string;
  /** True where the column's value keeps the rule. */
  expected(kwargs: K, type: DataType, table: TableShape): Expr;
  /** A cheap value whose truth proves that every row keeps it. */
  proof?(kwargs: K, type: DataType): Expr | undefined;
}): Expectation<K> {
  return {
    ...rule,
    columns: (kwargs) => [kwargs.column],
    question(kwargs, table) {
      const type = table.types[kwargs.column]!;
      const proof = rule.proof?.(kwargs, type);
      return {
        form: "rows",
        expected: rule.expected(kwargs, type, table),
        considered: pl.col(kwargs.column).isNotNull(),
        ...(proof === undefined ? {} : { proof }),
        shows: [kwargs.column],
        as: "value",
      };
    },
  };
}

/** A rule about several columns of a row; `ignore_row_if` says which rows are not considered. */
export function columnsRule<K extends Kwargs>(rule: {
  readonly type: string;
  readonly schema: JSONSchema;
  readonly as: "list" | "record";
  problem?(kwargs: K): KwargsProblem | undefined;
  columns(kwargs: K): readonly string[];
  wanted(kwargs: K): string;
  /** Rows with missing values that are left out: with any of them missing, all of them, or none. */
  ignores(kwargs: K): "any" | "all" | "none";
  expected(kwargs: K, table: TableShape): Expr;
  proof?(kwargs: K, table: TableShape): Expr | undefined;
}): Expectation<K> {
  return {
    ...rule,
    question(kwargs, table) {
      const columns = rule.columns(kwargs);
      const present = columns.map((name) => pl.col(name).isNotNull());
      const considered = {
        any: () => present.reduce((all, one) => all.and(one)),
        all: () => present.reduce((any, one) => any.or(one)),
        // Nothing is left out, and yet the rows count as considered: Great Expectations reports 0 missing.
        none: () => present[0]!.or(pl.lit(true)),
      }[rule.ignores(kwargs)]();
      const proof = rule.proof?.(kwargs, table);
      return {
        form: "rows",
        expected: rule.expected(kwargs, table),
        considered,
        ...(proof === undefined ? {} : { proof }),
        shows: [...new Set(columns)],
        as: rule.as,
      };
    },
  };
}

/** The words of `ignore_row_if` for several columns. */
export function ignored(ignoreRowIf: string | undefined): "any" | "all" | "none" {
  if (ignoreRowIf === "any_value_is_missing") return "any";
  return ignoreRowIf === "never" ? "none" : "all";
}

/** The words of `ignore_row_if` for two columns. */
export function ignoredPair(ignoreRowIf: string | undefined): "any" | "all" | "none" {
  if (ignoreRowIf === "either_value_is_missing") return "any";
  return ignoreRowIf === "neither" ? "none" : "all";
}
