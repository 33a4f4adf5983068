/**
 * Findings in notebooks: the verdicts of checks.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Displayable } from "@/charts/display.ts";
import { formatNumberOf } from "@/charts/format.ts";
import { showTable } from "@/charts/show/show_table.tsx";

/**
 * Shows findings, broken ones first, critical ones before warnings.
 *
 * @param options `limit` is how many of the kept expectations are listed after the broken ones.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { showFindings } from "@/charts/show/show_findings.ts";
 *
 * const finding = { check: "expect_column_min_to_be_between", column: "y", passed: false, severity: "critical" } as const;
 * const shown = showFindings([{ ...finding, observed: -3, wanted: "at least 0" }]);
 * expect(shown[Symbol.for("Jupyter.display")]!()["text/plain"]).toContain("1 of 1 expectation is broken");
 * ```
 */
export function showFindings(
  findings: readonly Finding[],
  { limit = 5 }: { readonly limit?: number } = {},
): Displayable {
  const broken = findings.filter(({ passed }) => !passed).toSorted((a, b) => a.severity.localeCompare(b.severity));
  const kept = findings.filter(({ passed }) => passed);
  const rows = [...broken, ...kept.slice(0, limit)].map((finding) => [
    finding.passed ? "✓ kept" : finding.severity === "critical" ? "✗ broken, critical" : "✗ broken, warning",
    finding.table ?? "–",
    finding.column ?? "–",
    finding.check.replace(/^expect_/, "").replaceAll("_", " "),
    finding.wanted,
    typeof finding.observed === "number" ? finding.observed.toLocaleString("en") : finding.observed,
  ]);
  const more = kept.length > limit ? `; ${formatNumberOf(kept.length - limit, "more kept one")} not listed` : "";
  return showTable({ columns: ["verdict", "table", "column", "expectation", "expected", "found"], rows }, {
    caption: `${broken.length} of ${formatNumberOf(findings.length, "expectation")} ${
      broken.length === 1 ? "is" : "are"
    } broken${more}`,
    wide: [3, 4, 5],
  });
}
