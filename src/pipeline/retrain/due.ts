/**
 * Is a new model due, and why?
 *
 * @module
 */
import type { RetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";

/** What makes a run due. */
export interface DueRule {
  /** Somebody asks for it. */
  readonly force: boolean;
  /** Days after which a model is made anew; 0 for never. */
  readonly everyDays: number;
  /** Steps of new data after which a model is made anew; 0 for never. */
  readonly newSteps: number;
}

/** What is known when that is asked. */
export interface DueFacts {
  readonly flag: RetrainFlag | undefined;
  readonly now: Temporal.Instant;
  /** When a model was last trained, ISO 8601; null where none was. */
  readonly trainedAt: string | null;
  /** Steps that have become known since the model in production was made; null where that is not known. */
  readonly newSteps: number | null;
}

/** Why a run is due. */
export interface Due {
  readonly trigger: "flag" | "force" | "schedule" | "new data" | "first model";
  readonly why: string;
}

/**
 * Tells whether a run is due; undefined when it is not. The strongest reason is given: a person, the flag, the clock, data.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { isDue } from "@/pipeline/retrain/due.ts";
 *
 * const now = Temporal.Instant.from("2015-08-01T06:00:00Z");
 * const facts = { flag: undefined, now, trainedAt: "2015-06-27T06:00:00Z", newSteps: 3 };
 * expect(isDue(facts, { force: false, everyDays: 28, newSteps: 7 })?.trigger).toBe("schedule");
 * expect(isDue(facts, { force: false, everyDays: 60, newSteps: 7 })).toBeUndefined();
 * ```
 */
export function isDue({ flag, now, trainedAt, newSteps }: DueFacts, rule: DueRule): Due | undefined {
  if (rule.force) return { trigger: "force", why: "somebody asked for it" };
  if (flag !== undefined) {
    return { trigger: "flag", why: flag.reasons.join("; ") || "the flag is up" };
  }
  if (trainedAt === null) return { trigger: "first model", why: "there is no model yet" };
  const days = now.since(Temporal.Instant.from(trainedAt)).total("hours") / 24;
  if (rule.everyDays > 0 && days >= rule.everyDays) {
    return { trigger: "schedule", why: `the last model was trained ${Math.floor(days)} days ago` };
  }
  if (rule.newSteps > 0 && newSteps !== null && newSteps >= rule.newSteps) {
    return { trigger: "new data", why: `${newSteps} steps have become known since the model in production was made` };
  }
  return undefined;
}
