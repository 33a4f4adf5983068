/**
 * Runs a suite over a table and answers in Great Expectations' result JSON.
 *
 * @module
 */
import pl, { type DataFrame, type Expr, type LazyDataFrame } from "nodejs-polars";
import type { Json } from "@/core/json.ts";
import type { Answer, Expectation, Question, RowQuestion, TableShape } from "@/checks/expectations/expectation.ts";
import { expectations } from "@/checks/expectations/registry.ts";
import {
  type Condition,
  conditionColumns,
  conditionExpr,
  parseCondition,
} from "@/checks/expectations/row_condition.ts";
import { COMPLETE_VALUES, EXAMPLES, type ResultFormat, rowAnswer } from "@/checks/expectations/row_answer.ts";
import type { ExpectationConfig, Suite } from "@/checks/expectations/suite.ts";
import { tableShape } from "@/checks/expectations/table_shape.ts";
import { mayBeNan, toJson } from "@/checks/expectations/values.ts";

/** What went wrong while asking, in Great Expectations' words. */
export interface ExceptionInfo {
  /** Whether the question could not be asked. */
  readonly raised_exception: boolean;
  /** Always null: Great Expectations has Python's traceback here. */
  readonly exception_traceback: string | null;
  /** The error's message; null where there was none. */
  readonly exception_message: string | null;
}

/** One expectation's verdict. */
export interface ExpectationResult {
  /** Whether the table keeps the rule; false where it could not be asked. */
  readonly success: boolean;
  /** The rule, as the suite has it. */
  readonly expectation_config: ExpectationConfig;
  /** The details of the answer; empty where there is none, and in the format `BOOLEAN_ONLY`. */
  readonly result: Readonly<Record<string, Json>>;
  /** Notes on the verdict: always empty here. */
  readonly meta: Readonly<Record<string, Json>>;
  /** What went wrong, if anything did. */
  readonly exception_info: ExceptionInfo;
}

/** The verdict on a table, in the JSON shape of Great Expectations 1.x. */
export interface ValidationResult {
  /** Whether every rule is kept, whatever its severity. */
  readonly success: boolean;
  /** In the order of the suite. */
  readonly results: readonly ExpectationResult[];
  /** The suite's name. */
  readonly suite_name: string;
  /** Always empty here: parameters are put in when a suite is read. */
  readonly suite_parameters: Readonly<Record<string, Json>>;
  /** How many rules were asked, kept and broken, and the percentage kept: null for a suite without rules. */
  readonly statistics: {
    readonly evaluated_expectations: number;
    readonly successful_expectations: number;
    readonly unsuccessful_expectations: number;
    readonly success_percent: number | null;
  };
  /** How many rows and columns the table has. */
  readonly meta: Readonly<Record<string, Json>>;
  /** Always null: only Great Expectations' own stores give ids. */
  readonly id: null;
}

/** The name that each row's number has while a suite runs; 0 for the first. */
const ROW = "__row";

/** An expectation that is about to be asked. */
interface Asked {
  readonly at: number;
  readonly config: ExpectationConfig;
  readonly question: Question;
  /** The columns that it reads. */
  readonly columns: readonly string[];
  readonly mostly: number;
}

/** What became of one expectation: an answer, or the reason why there is none. */
type Outcome = Answer | { readonly error: unknown };

/**
 * Checks a table against every rule of a suite, in one pass over its columns, and says what was found.
 *
 * All questions of a suite go into one Polars query (one per row condition); only rules that are broken are looked at
 * again, to count and list the rows. NaN counts as missing, as it does in pandas. A rule that cannot be asked (its column
 * is not there, or holds text where numbers are compared) fails with `exception_info`; the others are not affected.
 * The table is not changed.
 *
 * @param options.resultFormat How much is told of broken rows: `SUMMARY` lists up to 20, `COMPLETE` all row numbers.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { parseSuite, runSuite } from "@/checks/expectations/mod.ts";
 *
 * const suite = parseSuite(
 *   JSON.stringify({
 *     name: "sales",
 *     expectations: [{ type: "expect_column_values_to_be_between", kwargs: { column: "sales", min_value: 0 } }],
 *   }),
 *   "sales.json",
 * );
 * const { success, results } = runSuite(pl.DataFrame({ sales: [12, -4, 7] }), suite);
 * expect(success).toBe(false);
 * expect(results[0]!.result.partial_unexpected_index_list).toEqual([1]);
 * ```
 */
export function runSuite(
  frame: DataFrame,
  suite: Suite,
  { resultFormat = "SUMMARY" }: { readonly resultFormat?: ResultFormat } = {},
): ValidationResult {
  const table = tableShape(frame);
  const outcomes: Outcome[] = [];
  const byCondition = new Map<string, { condition: Condition | undefined; asked: Asked[] }>();
  suite.expectations.forEach((config, at) => {
    try {
      const condition = config.kwargs.row_condition == null ? undefined : parseCondition(config.kwargs.row_condition);
      const key = JSON.stringify(condition ?? null);
      const group = byCondition.get(key) ?? { condition, asked: [] };
      const asked = ask(config, at, table, condition, frame);
      group.asked.push(asked);
      byCondition.set(key, group);
    } catch (error) {
      outcomes[at] = askUntyped(frame, config, at, resultFormat) ?? { error };
    }
  });
  for (const { condition, asked } of byCondition.values()) {
    try {
      const keep = condition === undefined ? undefined : conditionExpr(condition, table);
      for (const [at, outcome] of evaluate(frame, table, keep, asked, resultFormat)) outcomes[at] = outcome;
    } catch {
      // One question that Polars cannot answer spoils the whole query: ask one by one to learn which.
      for (const one of asked) {
        try {
          const keep = condition === undefined ? undefined : conditionExpr(condition, table);
          for (const [at, outcome] of evaluate(frame, table, keep, [one], resultFormat)) outcomes[at] = outcome;
        } catch (error) {
          outcomes[one.at] = { error };
        }
      }
    }
  }
  const results = suite.expectations.map((config, at) => resultOf(config, outcomes[at]!, resultFormat));
  const good = results.filter(({ success }) => success).length;
  return {
    success: good === results.length,
    results,
    suite_name: suite.name,
    suite_parameters: {},
    statistics: {
      evaluated_expectations: results.length,
      successful_expectations: good,
      unsuccessful_expectations: results.length - good,
      success_percent: results.length === 0 ? null : good / results.length * 100,
    },
    meta: { rows: frame.height, columns: frame.width },
    id: null,
  };
}

/**
 * Asks about columns that hold no value at all, whose type says nothing (an empty CSV file's columns are text): as numbers,
 * else as text. Undefined where that is not what was in the way.
 */
function askUntyped(
  frame: DataFrame,
  config: ExpectationConfig,
  at: number,
  format: ResultFormat,
): Outcome | undefined {
  const empty = frame.columns.filter((name) => frame.getColumn(name).nullCount() === frame.height);
  if (empty.length === 0) return undefined;
  for (const type of [pl.Float64, pl.Utf8]) {
    try {
      const retyped = frame.withColumns(...empty.map((name) => pl.lit(null).cast(type).alias(name)));
      const table = tableShape(retyped), { row_condition } = config.kwargs;
      const condition = row_condition == null ? undefined : parseCondition(row_condition);
      const keep = condition === undefined ? undefined : conditionExpr(condition, table);
      return evaluate(retyped, table, keep, [ask(config, at, table, condition, retyped)], format)[0]![1];
    } catch {
      // The first reason is the one to tell.
    }
  }
  return undefined;
}

function ask(
  config: ExpectationConfig,
  at: number,
  table: TableShape,
  condition: Condition | undefined,
  frame: DataFrame,
): Asked {
  const expectation = expectations[config.type] as Expectation;
  const needed = [
    ...expectation.columns(config.kwargs),
    ...(condition === undefined ? [] : conditionColumns(condition)),
  ];
  const missing = needed.find((name) => !Object.hasOwn(table.types, name));
  if (missing !== undefined) {
    throw new RangeError(
      `Cannot check column "${missing}" as the table does not have it: it has ${table.columns.join(", ")}`,
    );
  }
  const mostly = (config.kwargs.mostly as number | null | undefined) ?? 1;
  const shape = condition === undefined ? table : tableShape(frame, conditionExpr(condition, table));
  return { at, config, question: expectation.question(config.kwargs, shape), columns: needed, mostly };
}

/** Answers the questions that share a row condition: one query for all, a second one for the rules that are broken. */
function evaluate(
  frame: DataFrame,
  { types }: TableShape,
  keep: Expr | undefined,
  asked: readonly Asked[],
  format: ResultFormat,
) {
  const read = new Set(asked.flatMap(({ columns }) => columns));
  // A selection of no column has no rows: any column brings them.
  if (read.size === 0) frame.columns.slice(0, 1).forEach((name) => read.add(name));
  const rows = source(frame.select(...read), types, keep);
  const exprs: Expr[] = [pl.len().alias("rows")];
  const proofs = asked.map(({ question }) => question.form === "rows" ? question.proof : undefined);
  asked.forEach(({ question }, k) => {
    if (question.form === "values") {
      for (const [name, expr] of Object.entries(question.ask)) exprs.push(expr.alias(`${k}.${name}`));
      return;
    }
    if (question.considered !== undefined) exprs.push(question.considered.sum().alias(`${k}.considered`));
    exprs.push((proofs[k] ?? broken(question).sum()).alias(`${k}.${proofs[k] ? "proof" : "unexpected"}`));
  });
  const found = rows.select(...exprs).collectSync().toRecords()[0]!;

  // The second look: rules that are broken, or that no proof spared.
  const details: Expr[] = [];
  asked.forEach(({ question }, k) => {
    if (question.form === "values") return;
    if (proofs[k] === undefined ? found[`${k}.unexpected`] === 0 : found[`${k}.proof`] === true) return;
    const rule = broken(question);
    details.push(rule.sum().alias(`${k}.unexpected`));
    if (format === "BOOLEAN_ONLY") return;
    const few = format === "COMPLETE" ? COMPLETE_VALUES : EXAMPLES;
    const index = pl.col(ROW).filter(rule);
    details.push((format === "COMPLETE" ? index : index.head(EXAMPLES)).implode().alias(`${k}.row`));
    for (const name of question.shows) {
      details.push(pl.col(name).filter(rule).head(few).implode().alias(`${k}.shows.${name}`));
    }
  });
  const listed = details.length === 0 ? {} : rows.select(...details).collectSync().toRecords()[0]!;

  return asked.map(({ at, question, mostly }, k): [number, Outcome] => {
    if (question.form === "values") {
      const values = Object.keys(question.ask).map((name) => [name, found[`${k}.${name}`]]);
      try {
        return [at, question.answer(Object.fromEntries(values))];
      } catch (error) {
        return [at, { error }];
      }
    }
    const list = (name: string) => (listed[`${k}.${name}`] ?? []) as unknown[];
    const shown = question.shows.map((name) => list(`shows.${name}`).map((value) => toJson(value, types[name])));
    return [
      at,
      rowAnswer({
        rows: found.rows as number,
        ...(question.considered === undefined ? {} : { considered: (found[`${k}.considered`] ?? 0) as number }),
        unexpected: (listed[`${k}.unexpected`] ?? (proofs[k] ? 0 : found[`${k}.unexpected`]) ?? 0) as number,
        mostly,
        index: list("row").map(Number),
        values: shown[0]!.map((_, i) => layOut(question, shown.map((values) => values[i]!))),
      }, format),
    ];
  });
}

/** The rows that are asked about, numbered, with NaN made null. */
function source(frame: DataFrame, types: TableShape["types"], keep: Expr | undefined): LazyDataFrame {
  const rows = frame.lazy().select(
    ...frame.columns.map((name) => mayBeNan(types[name]!) ? pl.col(name).fillNan(pl.lit(null)) : pl.col(name)),
    pl.intRange(0, pl.len()).alias(ROW),
  );
  return keep === undefined ? rows : rows.filter(keep);
}

/** True for the rows that break a rule. */
function broken({ expected, considered }: RowQuestion): Expr {
  const wrong = expected.fillNull(pl.lit(false)).not();
  return considered === undefined ? wrong : wrong.and(considered);
}

function layOut(question: RowQuestion, values: readonly Json[]): Json {
  if (question.as === "value") return values[0]!;
  if (question.as === "list") return values;
  return Object.fromEntries(question.shows.map((name, i) => [name, values[i]!]));
}

function resultOf(config: ExpectationConfig, outcome: Outcome, format: ResultFormat): ExpectationResult {
  const failed = "error" in outcome;
  const message = failed ? (outcome.error instanceof Error ? outcome.error.message : String(outcome.error)) : null;
  return {
    success: failed ? false : outcome.success,
    expectation_config: config,
    result: failed || format === "BOOLEAN_ONLY" ? {} : outcome.result,
    meta: {},
    exception_info: { raised_exception: failed, exception_traceback: null, exception_message: message },
  };
}
