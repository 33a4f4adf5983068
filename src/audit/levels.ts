/**
 * Maturity levels of Google and of Microsoft, told from what was run.
 *
 * @module
 */

/** What a level asks for: checks that have to pass, by their ids. */
export interface Level {
  readonly level: number;
  readonly title: string;
  readonly needs: readonly string[];
}

/** A level that was reached, and why not the next. */
export interface LevelReached {
  readonly level: number;
  readonly of: number;
  readonly title: string;
  /** What the next level lacks; empty at the top. */
  readonly lacking: readonly string[];
}

/** The id of the check that a build machine runs the audit by itself. */
export const AUTOMATED = "automated";

/**
 * Google, "MLOps: Continuous delivery and automation pipelines in machine learning": 0 manual process, 1 pipeline
 * automation, 2 CI/CD pipeline automation.
 */
export const GOOGLE: readonly Level[] = [
  { level: 0, title: "manual process", needs: [] },
  {
    level: 1,
    title: "ML pipeline automation",
    // The pipeline as one piece, data and model validation, and triggers.
    needs: ["infrastructure 1", "infrastructure 3", "infrastructure 4", "monitoring 2", "monitoring 4"],
  },
  {
    level: 2,
    title: "CI/CD pipeline automation",
    needs: ["data 7", "infrastructure 2", "infrastructure 6", "infrastructure 7", "CI/CD files: workflows", AUTOMATED],
  },
];

/**
 * Microsoft, "Machine Learning operations maturity model": 0 no MLOps, 1 DevOps but no MLOps, 2 automated training,
 * 3 automated model deployment, 4 full MLOps automated operations.
 */
export const MICROSOFT: readonly Level[] = [
  { level: 0, title: "no MLOps", needs: [] },
  {
    level: 1,
    title: "DevOps but no MLOps",
    needs: ["unit tests: tests", "unit tests: a sample of them", "CI/CD files: workflows"],
  },
  { level: 2, title: "automated training", needs: ["infrastructure 1", "infrastructure 3", "model 3"] },
  {
    level: 3,
    title: "automated model deployment",
    needs: ["model 1", "infrastructure 4", "infrastructure 6", "infrastructure 7", AUTOMATED],
  },
  {
    level: 4,
    title: "full MLOps automated operations",
    needs: ["monitoring 1", "monitoring 2", "monitoring 3", "monitoring 4", "monitoring 7"],
  },
];

/**
 * Climbs the levels as long as nothing is lacking.
 *
 * @param passed Check → whether it passed; one that is not there did not.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { MICROSOFT, levelReached } from "@/audit/levels.ts";
 *
 * const tested = { "unit tests: tests": true, "unit tests: a sample of them": true, "CI/CD files: workflows": true };
 * expect(levelReached(MICROSOFT, tested)).toEqual({
 *   level: 1, of: 4, title: "DevOps but no MLOps", lacking: ["infrastructure 1", "infrastructure 3", "model 3"],
 * });
 * ```
 */
export function levelReached(levels: readonly Level[], passed: Readonly<Record<string, boolean>>): LevelReached {
  const of = levels.at(-1)!.level;
  let reached = levels[0]!;
  for (const next of levels.slice(1)) {
    const lacking = next.needs.filter((need) => passed[need] !== true);
    if (lacking.length > 0) return { level: reached.level, of, title: reached.title, lacking };
    reached = next;
  }
  return { level: reached.level, of, title: reached.title, lacking: [] };
}
