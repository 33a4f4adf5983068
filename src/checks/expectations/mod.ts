/**
 * Data contracts: suites of expectations in Great Expectations' format, run over a table in one pass.
 *
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { findingsOf, parseSuite, runSuite } from "@/checks/expectations/mod.ts";
 *
 * const rule = { type: "expect_column_values_to_be_in_set", kwargs: { column: "open", value_set: [0, 1] } };
 * const suite = parseSuite(JSON.stringify({ name: "panel", expectations: [rule] }), "panel.json");
 * const findings = findingsOf(runSuite(pl.DataFrame({ open: [0, 1, 2] }), suite), "panel");
 * expect(findings.map(({ passed, observed }) => [passed, observed]))
 *   .toEqual([[false, "1 of 3 rows (33.33 %): 2 in row 3"]]);
 * ```
 *
 * @module
 */
export * from "@/checks/expectations/column_problems.ts";
export * from "@/checks/expectations/convert_suite.ts";
export * from "@/checks/expectations/expectation.ts";
export { columnsOf, findingsOf, wantedInWords } from "@/checks/expectations/findings.ts";
export * from "@/checks/expectations/quarantine.ts";
export * from "@/checks/expectations/registry.ts";
export {
  COMPLETE_VALUES,
  EXAMPLES,
  RESULT_FORMATS,
  type ResultFormat,
  type RowCounts,
} from "@/checks/expectations/row_answer.ts";
export { type Condition, parseCondition } from "@/checks/expectations/row_condition.ts";
export * from "@/checks/expectations/run_suite.ts";
export {
  type Dialect,
  type ExpectationConfig,
  parseSuite,
  REPORTING,
  type Severity,
  type Suite,
  suiteToJson,
} from "@/checks/expectations/suite.ts";
export * from "@/checks/expectations/suite_files.ts";
export { suiteParameter, type SuiteParameters } from "@/checks/expectations/suite_parameters.ts";
export * from "@/checks/expectations/table_shape.ts";
export type { Family } from "@/checks/expectations/values.ts";
