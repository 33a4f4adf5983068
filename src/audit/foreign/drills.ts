/**
 * The few tests of the ML Test Score that can be run from outside, told from what the areas ran.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { AreaReport } from "@/pipeline/maturity/mod.ts";

/** Test → the checks that had to pass for it. */
const FROM: Readonly<Record<string, readonly string[]>> = {
  "data 1": ["validation scripts: suites", "validation scripts: good data is kept"],
  "data 7": ["unit tests: tests", "unit tests: a sample of them"],
  "model 1": ["MLflow logs: runs", "MLflow logs: code revision"],
  "infrastructure 2": ["unit tests: tests", "unit tests: a sample of them"],
  "infrastructure 1": [
    "model files: versioned data",
    "CI/CD files: pinned dependencies",
    "MLflow logs: params and metrics",
  ],
  "monitoring 2": ["validation scripts: good data is kept", "validation scripts: bad data is refused"],
  "monitoring 7": ["CI/CD files: alerts"],
};

/** What became of the tests that the areas can tell of. */
export function foreignDrills(
  areas: readonly AreaReport[],
): Readonly<Record<string, { readonly passed: boolean; readonly found: string }>> {
  const checks = new Map<string, Finding>(
    areas.flatMap(({ area, strengths, gaps }) =>
      [...strengths, ...gaps].map((finding) => [`${area}: ${finding.check}`, finding] as const)
    ),
  );
  return Object.fromEntries(
    Object.entries(FROM).map(([id, needs]) => {
      const findings = needs.map((need) => checks.get(need));
      const passed = findings.every((finding) => finding?.passed === true);
      const told = findings.map((finding, k) => `${needs[k]}: ${finding?.observed ?? "not looked at"}`);
      return [id, { passed, found: told.join("; ") }];
    }),
  );
}
