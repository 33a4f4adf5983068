/**
 * The verdict on a rule about rows, with the counts and examples of Great Expectations' `result`.
 *
 * @module
 */
import type { Json } from "@/core/json.ts";
import type { Answer } from "@/checks/expectations/expectation.ts";

/** How much a result tells: the verdict, counts, counts with examples, or every broken row. */
export type ResultFormat = "BOOLEAN_ONLY" | "BASIC" | "SUMMARY" | "COMPLETE";

/** Every result format, the tersest first. */
export const RESULT_FORMATS: readonly ResultFormat[] = ["BOOLEAN_ONLY", "BASIC", "SUMMARY", "COMPLETE"];

/** The most examples that a result lists, unless it is complete. */
export const EXAMPLES = 20;

/** The most values that a complete result lists; the numbers of broken rows are all there. Great Expectations' limit. */
export const COMPLETE_VALUES = 200;

/** What was counted. */
export interface RowCounts {
  /** Rows of the table, or of its part that a row condition keeps. */
  readonly rows: number;
  /** Rows that the rule is about; left out when it is about all, missing values included. */
  readonly considered?: number;
  /** Rows that break the rule. */
  readonly unexpected: number;
  /** The share of considered rows that must keep the rule. */
  readonly mostly: number;
  /** Numbers of the rows that break it, 0 for the first: all of them, or the first few. */
  readonly index: readonly number[];
  /** What stands in the first of those rows. */
  readonly values: readonly Json[];
}

/** A verdict from counts. A table without a row that the rule is about keeps it. */
export function rowAnswer(
  { rows, considered, unexpected, mostly, index, values }: RowCounts,
  format: ResultFormat,
): Answer {
  const about = considered ?? rows;
  const success = about === 0 || (about - unexpected) / about >= mostly;
  const ofAll = rows === 0 ? null : unexpected / rows * 100;
  const ofConsidered = considered === undefined ? ofAll : about === 0 ? null : unexpected / about * 100;
  const result: Record<string, Json> = {
    element_count: rows,
    unexpected_count: unexpected,
    unexpected_percent: ofConsidered,
    partial_unexpected_list: values.slice(0, EXAMPLES),
  };
  if (considered !== undefined) {
    result.missing_count = rows - considered;
    result.missing_percent = rows === 0 ? null : (rows - considered) / rows * 100;
    result.unexpected_percent_total = ofAll;
    result.unexpected_percent_nonmissing = ofConsidered;
  }
  if (format === "SUMMARY" || format === "COMPLETE") {
    result.partial_unexpected_counts = counts(values);
    result.partial_unexpected_index_list = index.slice(0, EXAMPLES);
  }
  if (format === "COMPLETE") {
    result.unexpected_list = values;
    result.unexpected_index_list = index;
  }
  return { success, result };
}

/** The most frequent values, the most frequent first, then the smallest. */
function counts(values: readonly Json[]): Json {
  const seen = new Map<string, { value: Json; count: number }>();
  for (const shown of values) {
    // Rows of several columns are counted by their values alone.
    const value = shown !== null && typeof shown === "object" && !Array.isArray(shown) ? Object.values(shown) : shown;
    const key = JSON.stringify(value);
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { value, count: 1 });
    else known.count++;
  }
  return [...seen.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, EXAMPLES)
    .toSorted((a, b) => b.count - a.count || compare(a.value, b.value));
}

function compare(a: Json, b: Json): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length; i++) {
      const order = compare(a[i] as Json, b[i] as Json);
      if (order !== 0) return order;
    }
    return 0;
  }
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
