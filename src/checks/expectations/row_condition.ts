/**
 * Which rows a rule is about: Great Expectations' row conditions, as a tree or as text.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { TableShape } from "@/checks/expectations/expectation.ts";
import { canHold, comparable, isOneOf, literal } from "@/checks/expectations/values.ts";

/** A condition on a row, as Great Expectations >= 1.5 writes it. */
export type Condition =
  | {
    readonly type: "comparison";
    readonly column: { readonly name: string };
    readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=" | "IN" | "NOT_IN";
    readonly parameter: unknown;
  }
  | { readonly type: "nullity"; readonly column: { readonly name: string }; readonly is_null: boolean }
  | { readonly type: "and" | "or"; readonly conditions: readonly Condition[] };

const OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "IN", "NOT_IN"];

/**
 * Reads a row condition: a tree, or text in the forms `col("open") == 0`, `open == 0 and promo > 0`, `open.notnull()`.
 *
 * @throws {SyntaxError} If it is in neither form.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { conditionInWords, parseCondition } from "@/checks/expectations/row_condition.ts";
 *
 * const closed = parseCondition('col("open") == 0');
 * expect(closed).toEqual({ type: "comparison", column: { name: "open" }, operator: "==", parameter: 0 });
 * expect(conditionInWords(closed)).toBe("open = 0");
 * ```
 */
export function parseCondition(condition: unknown): Condition {
  if (typeof condition === "string") return parseText(condition);
  const tree = condition as Record<string, unknown> | null;
  if (tree?.type === "pass_through") return parseText(String(tree.pass_through_filter));
  if ((tree?.type === "and" || tree?.type === "or") && Array.isArray(tree.conditions) && tree.conditions.length > 0) {
    return { type: tree.type, conditions: tree.conditions.map(parseCondition) };
  }
  const name = (tree?.column as { name?: unknown } | undefined)?.name;
  if (typeof name === "string") {
    if (tree?.type === "nullity" && typeof tree.is_null === "boolean") {
      return { type: "nullity", column: { name }, is_null: tree.is_null };
    }
    const operator = tree?.operator as string;
    const listed = operator === "IN" || operator === "NOT_IN";
    if (tree?.type === "comparison" && OPERATORS.includes(operator) && Array.isArray(tree.parameter) === listed) {
      return { type: "comparison", column: { name }, operator: operator as "==", parameter: tree.parameter };
    }
  }
  throw new SyntaxError(
    `Cannot read a row condition as it must be a comparison, a nullity, an "and" or an "or": ${JSON.stringify(tree)}`,
  );
}

/** One comparison or null check of a condition's text; a name in `col("…")`, backticks or bare. */
const NAME = String.raw`(?:col\(\s*(?:"(?<double>[^"]+)"|'(?<single>[^']+)')\s*\)|` +
  "`(?<quoted>[^`]+)`" + String.raw`|(?<bare>[A-Za-z_]\w*))`;
const COMPARISON = new RegExp(
  String
    .raw`^\s*${NAME}\s*(?<operator>==|!=|<=|>=|<|>)\s*(?<value>"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|True|False)\s*$`,
);
const NULLITY = new RegExp(String.raw`^\s*${NAME}\.(?<check>notnull|notna|notNull|isnull|isna|isNull)\(\)\s*$`);

function parseText(text: string): Condition {
  // Both dialects join with `and`/`&` and `or`/`|`; `and` binds tighter. Parentheses are taken off single terms only.
  const alternatives = split(text, /^(\|\|?|or\b)/i);
  const all = alternatives.map((part): Condition => {
    const terms = split(part, /^(&&?|and\b)/i).map(parseTerm);
    return terms.length === 1 ? terms[0]! : { type: "and", conditions: terms };
  });
  return all.length === 1 ? all[0]! : { type: "or", conditions: all };
}

/** Splits at a connective, outside of quotes and parentheses. */
function split(text: string, connective: RegExp): string[] {
  const parts: string[] = [];
  let depth = 0, quote = "", from = 0;
  for (let i = 0; i < text.length; i++) {
    const at = text[i]!;
    if (quote !== "") quote = at === quote ? "" : quote;
    else if (at === '"' || at === "'" || at === "`") quote = at;
    else if (at === "(") depth++;
    else if (at === ")") depth--;
    else if (depth === 0 && (i === 0 || /[\s)"'`\d]/.test(text[i - 1]!) || /[|&]/.test(at))) {
      const found = connective.exec(text.slice(i));
      if (found === null) continue;
      parts.push(text.slice(from, i));
      i += found[0].length - 1;
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function parseTerm(text: string): Condition {
  const bracketed = /^\s*\((.*)\)\s*$/s.exec(text);
  if (bracketed !== null) return parseText(bracketed[1]!);
  const found = COMPARISON.exec(text) ?? NULLITY.exec(text);
  if (found === null) {
    throw new SyntaxError(
      `Cannot read a row condition as each part must be like col("open") == 0 or col("open").notnull(): found ${
        JSON.stringify(text.trim())
      }`,
    );
  }
  const { double, single, quoted, bare, operator, value, check } = found.groups!;
  const column = { name: (double ?? single ?? quoted ?? bare)! };
  if (check !== undefined) return { type: "nullity", column, is_null: check.startsWith("is") };
  const parameter = /^["']/.test(value!)
    ? value!.slice(1, -1)
    : value === "True" || value === "False"
    ? value === "True"
    : Number(value);
  return { type: "comparison", column, operator: operator as "==", parameter };
}

/** The columns that a condition reads. */
export function conditionColumns(condition: Condition): string[] {
  return "conditions" in condition ? condition.conditions.flatMap(conditionColumns) : [condition.column.name];
}

/** A condition in words, for a person: `open = 0 and promo > 0`. */
export function conditionInWords(condition: Condition): string {
  if ("conditions" in condition) return condition.conditions.map(conditionInWords).join(` ${condition.type} `);
  const { name } = condition.column;
  if (condition.type === "nullity") return `${name} is ${condition.is_null ? "missing" : "known"}`;
  const words = { "==": "=", "!=": "is not", IN: "is one of", NOT_IN: "is none of" } as Record<string, string>;
  const value = Array.isArray(condition.parameter) ? condition.parameter.join(", ") : condition.parameter;
  return `${name} ${words[condition.operator] ?? condition.operator} ${value}`;
}

/**
 * A condition as a Polars expression: true for the rows that it keeps.
 *
 * @throws {TypeError} If a value cannot be compared with its column.
 */
export function conditionExpr(condition: Condition, table: TableShape): Expr {
  if ("conditions" in condition) {
    const parts = condition.conditions.map((one) => conditionExpr(one, table));
    return parts.reduce((all, part) => condition.type === "and" ? all.and(part) : all.or(part));
  }
  const { name } = condition.column;
  const type = table.types[name]!;
  if (condition.type === "nullity") return condition.is_null ? pl.col(name).isNull() : pl.col(name).isNotNull();
  const { operator, parameter } = condition;
  if (operator === "==" && !canHold(type, parameter)) return pl.col(name).isNull().and(pl.lit(false));
  if (operator === "!=" && !canHold(type, parameter)) return pl.col(name).isNull().or(pl.lit(true));
  if (operator === "IN") return isOneOf(name, type, parameter as unknown[]);
  // A missing value is not in any set, and so is kept (as pandas keeps it).
  if (operator === "NOT_IN") return isOneOf(name, type, parameter as unknown[]).fillNull(pl.lit(false)).not();
  const column = comparable(name, type), value = literal(parameter as number, type);
  switch (operator) {
    case "==":
      return column.eq(value);
    case "!=":
      // NaN differs from everything in pandas; missing values are null here.
      return column.neq(value).or(column.isNull());
    case "<":
      return column.lt(value);
    case "<=":
      return column.ltEq(value);
    case ">":
      return column.gt(value);
    case ">=":
      return column.gtEq(value);
  }
}
