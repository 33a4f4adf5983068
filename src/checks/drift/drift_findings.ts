/**
 * What comparing two tables can find, as findings for gates, reports and people.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Column } from "@/checks/drift/column_of.ts";
import type { ColumnDrift } from "@/checks/drift/compare_tables.ts";
import { normalTail } from "@/checks/drift/distributions.ts";
import type { Sample } from "@/checks/drift/sample.ts";

/** Fewer rows than this decide nothing. */
const TINY = 30;
/** Missing values matter from this change of their share on, when chance is less likely than ALPHA. */
const MISSING_CHANGE = 0.02, ALPHA = 0.01;

const judged = (check: string, severity: Finding["severity"]) =>
(
  column: string | undefined,
  observed: Finding["observed"],
  wanted: string,
  passed = false,
): Finding => ({ check, ...(column === undefined ? {} : { column }), passed, severity, observed, wanted });

const columnIs = judged("drift_column", "warning"), rowsAre = judged("drift_window_size", "warning");
const lost = judged("drift_vanished_column", "critical"), added = judged("drift_new_column", "warning");
const typed = judged("drift_column_type", "critical"), emptied = judged("drift_empty_column", "critical");
const holes = judged("drift_missing_values", "warning"), infinities = judged("drift_infinite_values", "warning");
const unseen = judged("drift_new_category", "warning"), untested = judged("drift_free_text", "warning");

/** The verdict of a test, in words. */
export function columnDrifted(name: string, { method, value, threshold, drifted }: ColumnDrift): Finding {
  const side = method.includes("p_value") ? "at least" : "below";
  return columnIs(name, `${method} ${digits(value!)}`, `${side} ${threshold}`, !drifted);
}

/** A window in which nothing can be told apart from chance. */
export function tinyWindow(rows: number): Finding[] {
  return rows < TINY ? [rowsAre(undefined, rows, `at least ${TINY} rows, as fewer show nothing reliably`)] : [];
}

/** A column of the reference that is not there any more. */
export function lostColumn(name: string): Finding {
  return lost(name, "not there", "a column that the reference has");
}

/** A column that the reference does not know: there is nothing to compare it with. */
export function newColumn(name: string): Finding {
  return added(name, "not in the reference", "only columns of the reference");
}

/** A column whose values are of another family. */
export function retyped(name: string, { family }: Column, current: Column): Finding {
  return typed(name, `a column of type ${current.family}`, `type ${family}, as in the reference`);
}

/** A column whose values have all gone, or that has values for the first time. */
export function valuesGone(name: string, now: boolean): Finding {
  return emptied(name, now ? "no values at all" : "values where the reference has none", "values in both tables");
}

/** Values that tell texts apart but have no distribution worth comparing. */
export function freeText(name: string): Finding {
  return untested(name, "more than half of its values are different", "not compared: free text or identifiers", true);
}

/** A change in how often values are missing. */
export function missingValues(name: string, reference: Column, current: Column): Finding[] {
  const [p, q] = [reference.missing / reference.rows, current.missing / current.rows];
  const pooled = (reference.missing + current.missing) / (reference.rows + current.rows);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / reference.rows + 1 / current.rows));
  if (Math.abs(p - q) < MISSING_CHANGE || (error > 0 && 2 * normalTail(Math.abs(p - q) / error) >= ALPHA)) return [];
  return [holes(name, `${percent(q)} of values missing`, `about ${percent(p)}, as in the reference`)];
}

/** Infinite numbers in either table: they are left out of every comparison. */
export function infiniteValues(name: string, reference: Column, current: Column): Finding[] {
  if (reference.infinite + current.infinite === 0) return [];
  const counts = `${current.infinite} in the current table, ${reference.infinite} in the reference`;
  return [infinities(name, counts, "no infinite values; they were left out")];
}

/** Categories that the reference has never seen. */
export function newCategories(name: string, reference: Sample, current: Sample): Finding[] {
  const fresh = [...current.counts()].filter(([category]) => !reference.counts().has(category));
  if (fresh.length === 0) return [];
  const share = fresh.reduce((sum, [, count]) => sum + count, 0) / current.size;
  const named = fresh.toSorted(([, a], [, b]) => b - a).slice(0, 5).map(([category]) => `"${category}"`).join(", ");
  const more = fresh.length > 5 ? ` and ${fresh.length - 5} more` : "";
  return [unseen(name, `${named}${more} in ${percent(share)} of rows`, "only categories of the reference")];
}

const percent = (share: number): string =>
  `${(share * 100).toLocaleString("en", { maximumSignificantDigits: share < 0.1 ? 2 : 3 })} %`;

const digits = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 });
