/**
 * The maturity audit: what is there, opened and run, with strengths and gaps.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import type { Context } from "@/pipeline/context.ts";
import type { Area } from "@/pipeline/maturity/area.ts";
import { delivery } from "@/pipeline/maturity/delivery.ts";
import { documentation } from "@/pipeline/maturity/documentation.ts";
import { models } from "@/pipeline/maturity/models.ts";
import { tests } from "@/pipeline/maturity/tests.ts";
import { tracking } from "@/pipeline/maturity/tracking.ts";
import { validation } from "@/pipeline/maturity/validation.ts";

/** What the audit found in one area. */
export interface AreaReport {
  readonly area: string;
  readonly strengths: readonly Finding[];
  readonly gaps: readonly Finding[];
}

/** Every area of the audit: one file, one line. */
export const areas: readonly Area[] = [documentation, validation, tracking, models, tests, delivery];

/** Looks at every area in turn; an area that cannot be looked at is a gap of its own, and the others go on. */
export async function maturity(context: Context, chosen: readonly Area[] = areas): Promise<readonly AreaReport[]> {
  const reports: AreaReport[] = [];
  for (const { name, look } of chosen) {
    context.signal.throwIfAborted();
    context.onStage(name);
    const findings = await look(context).catch((error: Error) => {
      context.signal.throwIfAborted();
      return [{
        check: "could be looked at",
        passed: false,
        severity: "critical" as const,
        observed: error.message,
        wanted: "an answer",
      }];
    });
    reports.push({
      area: name,
      strengths: findings.filter(({ passed }) => passed),
      gaps: findings.filter(({ passed }) => !passed),
    });
  }
  return reports;
}
