import type { DatasetProfile } from "@/core/panel.ts";

/** Whether sales are told by their ratios (`log1p`) or by their amounts (`identity`). */
export type TargetTransform = DatasetProfile["targetTransform"];

/** The schema of a parameter that names a target transform. */
export const TARGET_TRANSFORM_SCHEMA = {
  enum: ["log1p", "identity"],
  description: "How the column base tells sales: log1p (ratios matter) or identity (amounts matter)",
} as const;

/**
 * Turns a value on the transformed scale back into units of y; a log scale never gives less than zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { inUnits } from "@/models/target_transform.ts";
 *
 * expect(inUnits(Math.log1p(9), "log1p")).toBeCloseTo(9);
 * expect(inUnits(-9, "identity")).toBe(-9);
 * ```
 */
export function inUnits(value: number, transform: TargetTransform): number {
  return transform === "log1p" ? Math.max(0, Math.expm1(value)) : value;
}
