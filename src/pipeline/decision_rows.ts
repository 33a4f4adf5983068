/**
 * A gate's decision as rows of a table, for people.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Decision } from "@/governance/mod.ts";

/**
 * Lays a decision out: what refused it first, then what nobody measured, then what passed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { decisionRows } from "@/pipeline/decision_rows.ts";
 *
 * const finding = { check: "leak proof", passed: true, severity: "critical", observed: "none leaks", wanted: "none" } as const;
 * const { rows } = decisionRows({ accepted: true, against: "seasonal_naive", champion: null, findings: [finding], reasons: [] });
 * expect(rows).toEqual([["✓ passed", "leak proof", "none leaks", "none"]]);
 * ```
 */
export function decisionRows({ findings }: Decision): { columns: string[]; rows: string[][] } {
  return findingRows(findings);
}

/** Lays findings out: those that failed first, then warnings, then what passed. */
export function findingRows(findings: readonly Finding[]): { columns: string[]; rows: string[][] } {
  const rank = ({ passed, severity }: Finding) => passed ? 2 : severity === "critical" ? 0 : 1;
  const words = ["✗ refused", "– open", "✓ passed"];
  return {
    columns: ["verdict", "check", "found", "wanted"],
    rows: findings.toSorted((a, b) => rank(a) - rank(b)).map((own) => [
      words[rank(own)]!,
      `${own.check}${own.slice === undefined ? "" : ` (${own.slice})`}`,
      String(own.observed),
      own.wanted,
    ]),
  };
}
