import type { MetricName } from "@/core/metric.ts";

/**
 * Turns a score into something where less is always better: bias is best at zero, so its size counts.
 *
 * A score that is undefined is worse than any that is not.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { loss } from "@/evaluation/mod.ts";
 *
 * expect(loss("bias", -0.03)).toBe(0.03);
 * expect(loss("rmspe", null)).toBe(Infinity);
 * ```
 */
export function loss(metric: MetricName, score: number | null): number {
  if (score === null) return Infinity;
  return metric === "bias" ? Math.abs(score) : score;
}
