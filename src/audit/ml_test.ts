/**
 * What the ML Test Score (Breck et al. 2017, "The ML Test Score: A Rubric for ML Production Readiness") asks, one by one.
 *
 * @module
 */
import type { Trial } from "@/audit/trial.ts";

/** The four sections; the final score is the lowest of theirs. */
export const SECTIONS = ["data", "model", "infrastructure", "monitoring"] as const;

/** A section of the score. */
export type Section = typeof SECTIONS[number];

/** What a drill saw. */
export interface Outcome {
  readonly passed: boolean;
  /** The evidence, for a person: numbers that were measured, names that were tried. */
  readonly found: string;
}

/** One of the 28 tests. */
export interface MlTest {
  /** `data 1`, as the paper counts. */
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  /** What has to be seen for the point. */
  readonly wanted: string;
  /** Runs it. What it throws is a failure with that message. */
  drill(trial: Trial): Promise<Outcome>;
}

/** Gives the tests of a section their numbers. */
export function section(name: Section, tests: readonly Omit<MlTest, "id" | "section">[]): readonly MlTest[] {
  return tests.map((test, at) => ({ id: `${name} ${at + 1}`, section: name, ...test }));
}

/** Whether something is refused, and with which words; undefined when it went through. */
export async function refused(work: () => unknown): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
