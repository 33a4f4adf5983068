/**
 * The audit as a page.
 *
 * @module
 */
import { basename } from "node:path";
import type { Audit } from "@/audit/audit.ts";
import { SECTIONS } from "@/audit/ml_test.ts";
import { type AuditLine, auditPage } from "@/charts/mod.ts";
import type { Finding } from "@/core/check.ts";

/** Where the page stands in the working folder. */
export const AUDIT_PAGE = "reports/audit/index.html";

/** The page's text; the same audit always gives the same one. */
export function auditHtml({ project, at, areas, score, automation, google, microsoft, next }: Audit): string {
  const line = ({ check, passed, observed, wanted }: Finding): AuditLine => ({
    name: check,
    passed,
    found: String(observed),
    wanted,
  });
  return auditPage({
    project: basename(project),
    at,
    meaning: score.meaning,
    final: score.final,
    sections: SECTIONS.map((name) => ({ name, points: score.sections[name], of: 7 })),
    google,
    microsoft,
    automation: automation.found,
    next,
    tests: Object.fromEntries(SECTIONS.map((name) => [
      name,
      score.results.filter(({ section }) => section === name).map(({ id, title, passed, found, wanted }) => ({
        name: `${id.split(" ")[1]}. ${title}`,
        passed,
        found,
        wanted,
      })),
    ])),
    areas: Object.fromEntries(areas.map(({ area, strengths, gaps }) => [area, [...strengths, ...gaps].map(line)])),
  });
}
