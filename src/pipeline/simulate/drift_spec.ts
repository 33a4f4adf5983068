/**
 * A change of the world that is made up, to see whether it is noticed: what changes, by how much, from when on.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";

/**
 * What can change.
 *
 * - `level`: sales rise or fall by a share, everywhere.
 * - `variance`: sales swing around where they were; a size of 1 doubles a day's usual swing.
 * - `promo`: a share of days has its promotion switched, the sales stay: somebody changed the policy, or the feed is wrong.
 * - `feed`: a share of the series is not reported any more.
 * - `concept`: promotions work less well by a share, ordinary days as much better; the inputs are as they were.
 */
export const DRIFT_KINDS = ["level", "variance", "promo", "feed", "concept"] as const;

/** A made-up change. */
export interface DriftSpec {
  readonly kind: typeof DRIFT_KINDS[number];
  /** A share: 0.15 is 15 % more. */
  readonly size: number;
  /** The first date of the change. */
  readonly from: string;
}

/**
 * Reads a change as it is typed: `level:+15%@2015-05-01`, `feed:0.5@2015-05-01`.
 *
 * @throws {ParamsError} If it is not written so.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readDriftSpec } from "@/pipeline/simulate/drift_spec.ts";
 *
 * expect(readDriftSpec("level:-15%@2015-05-01")).toEqual({ kind: "level", size: -0.15, from: "2015-05-01" });
 * expect(() => readDriftSpec("levle:0.1@2015-05-01")).toThrow('Did you mean "level"?');
 * ```
 */
export function readDriftSpec(text: string): DriftSpec {
  const [, kind, number, percent, from] = /^([a-z]+):([+-]?\d+(?:\.\d+)?)(%?)@(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (kind === undefined) {
    throw new ParamsError(`Cannot read the drift "${text}": expected KIND:SIZE@DATE, such as level:+15%@2015-05-01`);
  }
  const known = DRIFT_KINDS.find((one) => one === kind);
  if (known === undefined) throw new ParamsError(`Cannot make the drift "${kind}": ${didYouMean(kind, DRIFT_KINDS)}`);
  const size = percent === "" ? Number(number) : Number(number) / 100;
  const least = known === "level" ? -0.95 : 0, most = known === "level" || known === "variance" ? 10 : 1;
  if (size < least || size > most) {
    throw new ParamsError(`Cannot make the drift ${text} as the size of ${kind} must be from ${least} to ${most}`);
  }
  return { kind: known, size, from: from! };
}
