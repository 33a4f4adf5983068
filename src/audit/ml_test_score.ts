/**
 * The ML Test Score: 28 drills, half a point for one that a person can run, a point for one that runs by itself.
 *
 * @module
 */
import { data } from "@/audit/drills/data.ts";
import { infrastructure } from "@/audit/drills/infrastructure.ts";
import { model } from "@/audit/drills/model.ts";
import { monitoring } from "@/audit/drills/monitoring.ts";
import { type MlTest, type Section, SECTIONS } from "@/audit/ml_test.ts";
import type { Trial } from "@/audit/trial.ts";

/** Every test of the score, in the paper's order. */
export const mlTests: readonly MlTest[] = [...data, ...model, ...infrastructure, ...monitoring];

/** What became of one test. */
export interface MlTestResult {
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  readonly passed: boolean;
  /** 0, 0.5 or 1. */
  readonly points: number;
  readonly found: string;
  readonly wanted: string;
}

/** The score. */
export interface MlTestScore {
  readonly results: readonly MlTestResult[];
  readonly sections: Readonly<Record<Section, number>>;
  /** The lowest of the sections. */
  readonly final: number;
  /** What the paper says of such a score. */
  readonly meaning: string;
}

/** Runs a test; what it throws is a failure with its message. */
export async function runMlTest(test: MlTest, trial: Trial): Promise<{ passed: boolean; found: string }> {
  try {
    return await test.drill(trial);
  } catch (error) {
    trial.audited.signal.throwIfAborted();
    return { passed: false, found: `${(error as Error).name}: ${(error as Error).message}`.slice(0, 400) };
  }
}

/**
 * Adds the points up.
 *
 * @param automated Whether the project's build machine runs the audit: only then is a test that passes worth a point.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mlTestScore, mlTests } from "@/audit/ml_test_score.ts";
 *
 * const seen = mlTests.map((test) => ({ test, passed: test.section !== "model", found: "" }));
 * expect(mlTestScore(seen, true)).toMatchObject({ final: 0, sections: { data: 7, model: 0 } });
 * expect(mlTestScore(seen, false).sections.monitoring).toBe(3.5);
 * ```
 */
export function mlTestScore(
  seen: readonly { readonly test: MlTest; readonly passed: boolean; readonly found: string }[],
  automated: boolean,
): MlTestScore {
  const results = seen.map(({ test: { id, section, title, wanted }, passed, found }): MlTestResult => ({
    id,
    section,
    title,
    passed,
    points: passed ? automated ? 1 : 0.5 : 0,
    found,
    wanted,
  }));
  const sum = (name: Section) =>
    results.filter(({ section }) => section === name).reduce((all, { points }) => all + points, 0);
  const sections = Object.fromEntries(SECTIONS.map((name) => [name, sum(name)])) as Record<Section, number>;
  const final = Math.min(...Object.values(sections));
  return { results, sections, final, meaning: meaningOf(final) };
}

/** The paper's own words for a score, shortened. */
function meaningOf(final: number): string {
  if (final === 0) return "more of a research project than a productionised system";
  if (final <= 1) return "not totally untested, but serious holes in reliability are worth considering";
  if (final <= 2) return "a first pass at productionisation; more investment may be needed";
  if (final <= 3) return "reasonably tested, but more of those tests could run by themselves";
  if (final <= 5) return "strong levels of automated testing and monitoring, fit for mission-critical use";
  return "exceptional levels of automated testing and monitoring";
}
