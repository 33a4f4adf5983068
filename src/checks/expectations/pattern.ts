/**
 * Regular expressions of a suite, in Python's syntax.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { KwargsProblem, TableShape } from "@/checks/expectations/expectation.ts";
import { columnText, whereText } from "@/checks/expectations/column_text.ts";
import { familyOf } from "@/checks/expectations/values.ts";

/** Why a pattern cannot be used; tried on one word, as only Polars knows its own syntax. */
export function patternProblem(key: string, pattern: string): KwargsProblem | undefined {
  const reason = polarsRefuses(pattern);
  if (reason === undefined || javascriptPattern(pattern) !== undefined) return undefined;
  return { key, problem: `is not a regular expression that can be used: ${reason} in ${JSON.stringify(pattern)}` };
}

/** The first problem among several patterns. */
export function patternsProblem(key: string, patterns: readonly string[]): KwargsProblem | undefined {
  return patterns.map((pattern, at) => patternProblem(`${key}[${at}]`, pattern)).find((problem) => problem);
}

/** True where a value, as text, contains a match of a pattern. */
export function matches(column: string, pattern: string, table: TableShape): Expr {
  const type = table.types[column]!;
  if (polarsRefuses(pattern) === undefined) return columnText(column, type).str.contains(pattern);
  // Look-around and back references: Polars' engine has none, JavaScript's has, and judges each different value once.
  const regex = javascriptPattern(pattern)!;
  if (familyOf(type) === "text") return whereText(column, table, (text) => regex.test(text));
  const kept = table.distinct(column).filter((value) => regex.test(String(value)));
  return pl.col(column).isIn(kept as number[]);
}

const refusals = new Map<string, string | undefined>();

function polarsRefuses(pattern: string): string | undefined {
  if (!refusals.has(pattern)) refusals.set(pattern, tryPolars(pattern));
  return refusals.get(pattern);
}

function tryPolars(pattern: string): string | undefined {
  try {
    pl.DataFrame({ word: ["a"] }).select(pl.col("word").str.contains(pattern));
    return undefined;
  } catch (error) {
    return /^error: (.*)$/m.exec((error as Error).message)?.[1] ?? (error as Error).message;
  }
}

/** Python's pattern in JavaScript's words; undefined where there is no such thing. */
function javascriptPattern(pattern: string): RegExp | undefined {
  const flags = /^\(\?([aimsux]+)\)/.exec(pattern);
  const body = pattern.slice(flags?.[0].length ?? 0)
    .replaceAll("(?P<", "(?<").replaceAll(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replaceAll("\\A", "^").replaceAll("\\Z", "$");
  const kept = [...flags?.[1] ?? ""].filter((flag) => "ims".includes(flag)).join("");
  try {
    return new RegExp(body, `u${kept}`);
  } catch {
    return undefined;
  }
}
