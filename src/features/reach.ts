/**
 * Arithmetic with reaches: how old a feature's newest value is, given what it is made of.
 *
 * @module
 */
import type { Feature, Reach } from "@/core/feature.ts";

/**
 * Tells how old the newest value is that a combination of features reads: the youngest of its parts.
 *
 * Within a forecast at once every numeric reach is at least the horizon, and so never newer than the origin.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { youngest } from "@/features/reach.ts";
 *
 * expect(youngest(42, 364)).toBe(42);
 * expect(youngest(364, "origin", Infinity)).toBe("origin");
 * ```
 */
export function youngest(...reaches: readonly Reach[]): Reach {
  if (reaches.includes("origin")) return "origin";
  return Math.min(...reaches as readonly number[]);
}

/**
 * Refuses features that cannot be known for a whole forecast at once: they would read values newer than its origin.
 *
 * @throws {RangeError} If a feature's reach is shorter than the horizon; helpers are exempt, since no model sees them.
 */
export function assertDirect(features: readonly Feature[], horizon: number): void {
  for (const { name, reach, helper } of features) {
    if (helper || reach === "origin" || reach >= horizon) continue;
    throw new RangeError(
      `Cannot build feature "${name}" for ${horizon} steps at once as it must reach back at least ${horizon} steps: ` +
        `its reach is ${reach}`,
    );
  }
}
