/**
 * The maturity audit as a person reads it in a terminal.
 *
 * @module
 */
import type { Audit } from "@/audit/audit.ts";
import type { LevelReached } from "@/audit/levels.ts";
import { SECTIONS } from "@/audit/ml_test.ts";
import { maturityText } from "./summaries.ts";

/** Areas, tests, scores and the next three things; what is most important stands last, where the eye is. */
export function auditText({ areas, score, automation, google, microsoft, next, how, project }: Audit): string {
  const tests = SECTIONS.map((name) => {
    const own = score.results.filter(({ section }) => section === name);
    const lines = own.map(({ id, title, passed, found, wanted }) =>
      `  ${passed ? "+" : "-"} ${id}, ${title}: ${found}${passed ? "" : `; wanted: ${wanted}`}`
    );
    return [`ML Test Score, ${name}: ${score.sections[name]} of 7`, ...lines].join("\n");
  });
  const outside = how === "drills" ? [] : [
    `${project} was looked at from outside: what only its own code could show counts as missing.`,
  ];
  return [
    maturityText(areas),
    ...tests,
    [
      ...outside,
      `ML Test Score ${score.final} (the lowest of four sections): ${score.meaning}`,
      `${automation.automated ? "runs by itself" : "run by hand"}: ${automation.found}`,
      levelText("Google", google),
      levelText("Microsoft", microsoft),
    ].join("\n"),
    next.length === 0 ? "Nothing is open." : `Next:\n${next.map((one, k) => `  ${k + 1}. ${one}`).join("\n")}`,
  ].join("\n\n");
}

function levelText(name: string, { level, of, title, lacking }: LevelReached): string {
  const open = lacking.length === 0 ? "the highest" : `level ${level + 1} lacks ${lacking.join(", ")}`;
  return `${name}: level ${level} of ${of}, ${title}; ${open}`;
}
