/**
 * Rolling origins that can be replayed: those with enough others before them to learn from.
 *
 * @module
 */
import type { KnownLoss } from "@/evaluation/performance/loss_estimate.ts";

/** An origin that is replayed as if it were live. */
export interface TaughtOrigin {
  /** The origin, `YYYY-MM-DD`. */
  readonly origin: string;
  /** Its rows. */
  readonly own: readonly KnownLoss[];
  /** Rows of the origins before it that were over when the next one began: what was known then. */
  readonly teachers: readonly KnownLoss[];
}

/** Origins that tell what lasts. */
const TEACHERS = 3;

/**
 * The origins with three before them that overlap neither it nor each other, oldest first; rows without a loss are left out.
 *
 * @param stepDays Days of a step.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { taughtOrigins } from "@/evaluation/mod.ts";
 *
 * const origins = ["2015-01-01", "2015-01-15", "2015-01-29", "2015-02-05", "2015-02-12"];
 * const rows = origins.map((origin) => ({ uniqueId: "1", origin, step: 14, loss: 0.1, groups: {} }));
 * // The last one but one overlaps the third.
 * expect(taughtOrigins(rows, 1).map(({ origin }) => origin)).toEqual(["2015-02-12"]);
 * ```
 */
export function taughtOrigins(rows: readonly KnownLoss[], stepDays: number): TaughtOrigin[] {
  const known = rows.filter(({ loss }) => Number.isFinite(loss));
  const byOrigin = Map.groupBy(known, ({ origin }) => origin), origins = [...byOrigin.keys()].sort();
  const days = known.reduce((most, { step }) => Math.max(most, step), 0) * stepDays;
  return origins.flatMap((origin) => {
    const past = apart(origins.filter((other) => other < origin), origin, days);
    if (past.size < TEACHERS) return [];
    return [{ origin, own: byOrigin.get(origin)!, teachers: known.filter((row) => past.has(row.origin)) }];
  });
}

/** Of some origins those that had ended when the next one began, back from the one that is replayed. */
function apart(before: readonly string[], origin: string, days: number): Set<string> {
  const kept = new Set<string>();
  let next = Date.parse(origin);
  for (const other of before.toReversed()) {
    if (Date.parse(other) + days * 86_400_000 > next) continue;
    kept.add(other);
    next = Date.parse(other);
  }
  return kept;
}
