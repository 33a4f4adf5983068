/**
 * A validation result as findings: what a gate, a report and a person read.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Json } from "@/core/json.ts";
import type { Expectation } from "@/checks/expectations/expectation.ts";
import { expectations } from "@/checks/expectations/registry.ts";
import { conditionInWords, parseCondition } from "@/checks/expectations/row_condition.ts";
import type { ExpectationResult, ValidationResult } from "@/checks/expectations/run_suite.ts";
import type { ExpectationConfig } from "@/checks/expectations/suite.ts";

/**
 * Turns a validation result into one finding per rule.
 *
 * @param table The table's name, for messages.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { findingsOf, parseSuite, runSuite } from "@/checks/expectations/mod.ts";
 *
 * const suite = parseSuite(
 *   '{"name":"s","expectations":[{"type":"expect_column_values_to_not_be_null","kwargs":{"column":"sales"}}]}',
 *   "s.json",
 * );
 * const [finding] = findingsOf(runSuite(pl.DataFrame({ sales: [3, null] }), suite), "train");
 * expect(finding).toMatchObject({ passed: false, table: "train", observed: "1 of 2 rows (50 %): missing in row 2" });
 * ```
 */
export function findingsOf(result: ValidationResult, table: string): Finding[] {
  return result.results.map((one) => {
    const { type, severity } = one.expectation_config;
    const column = columnsOf(one.expectation_config).join(", ");
    return {
      check: type,
      table,
      ...(column === "" ? {} : { column }),
      passed: one.success,
      severity: severity === "critical" ? "critical" : "warning",
      observed: observedInWords(one),
      wanted: wantedInWords(one.expectation_config),
    };
  });
}

/** The columns that a rule is about. */
export function columnsOf({ type, kwargs }: ExpectationConfig): readonly string[] {
  const named = (expectations[type] as Expectation).columns(kwargs);
  return named.length > 0 ? named : typeof kwargs.column === "string" ? [kwargs.column] : [];
}

/** The rule in words: `at least 0, in at least 99 % of rows, where open = 1`. */
export function wantedInWords({ type, kwargs }: ExpectationConfig): string {
  const parts = [(expectations[type] as Expectation).wanted(kwargs)];
  if (typeof kwargs.mostly === "number" && kwargs.mostly < 1) {
    parts.push(`in at least ${percent(kwargs.mostly)} of rows`);
  }
  if (kwargs.row_condition != null) parts.push(`where ${conditionInWords(parseCondition(kwargs.row_condition))}`);
  return parts.join(", ");
}

/** What was found, in words or as a number: `3 of 1,000 rows (0.3 %): -4 in row 17`. */
export function observedInWords({ success, result, exception_info }: ExpectationResult): string | number {
  if (exception_info.raised_exception) return exception_info.exception_message ?? "could not be checked";
  const { element_count: rows, unexpected_count: unexpected, observed_value: observed } = result;
  if (typeof rows === "number" && typeof unexpected === "number") {
    if (unexpected === 0) return rows === 0 ? "no rows" : "no row breaks it";
    const share = `${count(unexpected)} of ${count(rows)} rows (${percent(unexpected / rows)})`;
    const values = result.partial_unexpected_list as readonly Json[] | undefined;
    const index = result.partial_unexpected_index_list as readonly number[] | undefined;
    if (values?.[0] === undefined) return share;
    return `${share}: ${show(values[0])}${index?.[0] === undefined ? "" : ` in row ${count(index[0] + 1)}`}`;
  }
  if (typeof unexpected === "number") {
    const values = (result.partial_unexpected_list ?? []) as readonly Json[];
    return unexpected === 0
      ? "no other value"
      : `${count(unexpected)} other values: ${values.slice(0, 5).map(show).join(", ")}`;
  }
  if (Array.isArray(result.partial_missing_list)) {
    const missing = result.partial_missing_list as readonly Json[];
    return missing.length === 0 ? "every value" : `without ${missing.slice(0, 5).map(show).join(", ")}`;
  }
  const mismatched = (result.details as { mismatched?: Mismatched } | undefined)?.mismatched;
  if (Array.isArray(mismatched)) {
    const { "Expected Column Position": at, Expected, Found } = mismatched[0] as Misplaced;
    return `${Found ?? "no column"} at place ${at + 1} instead of ${Expected ?? "none"}`;
  }
  if (mismatched !== undefined) {
    return Object.entries(mismatched).map(([how, columns]) => `${how} ${columns.join(", ")}`).join("; ");
  }
  if (typeof observed === "number" || typeof observed === "string") return observed;
  if (observed === null) return success ? "as expected" : "no value";
  if (Array.isArray(observed)) return observed.map(show).join(", ");
  const quantiles = observed as { quantiles?: readonly number[]; values?: readonly Json[] } | undefined;
  if (quantiles?.quantiles !== undefined) {
    return quantiles.quantiles.map((at, k) => `${percent(at)} quantile ${show(quantiles.values?.[k] ?? null)}`).join(
      ", ",
    );
  }
  return success ? "as expected" : "not there";
}

type Mismatched = Readonly<Record<string, readonly string[]>> | readonly Misplaced[];

/** A column that is not where it should be. */
interface Misplaced {
  readonly "Expected Column Position": number;
  readonly Expected: string | null;
  readonly Found: string | null;
}

function show(value: Json): string {
  if (value === null) return "missing";
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 6 });
  if (Array.isArray(value)) return `(${(value as Json[]).map(show).join(", ")})`;
  if (typeof value === "object") return Object.entries(value).map(([key, one]) => `${key} ${show(one)}`).join(", ");
  return String(value);
}

function count(value: number): string {
  return value.toLocaleString("en");
}

/** A share in percent, with the digits that tell it from none and from all. */
function percent(share: number): string {
  const value = share * 100;
  const digits = value < 10 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return `${value.toLocaleString("en", digits)} %`;
}
