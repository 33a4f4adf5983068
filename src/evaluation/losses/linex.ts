import { meanOver } from "@/evaluation/losses/mean_over.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/**
 * Linear-exponential loss: for `a` above 0 a shortage costs exponentially and a surplus linearly; below 0 the other way
 * round. Null without rows.
 *
 * @throws {RangeError} If `a` is 0: it would say nothing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { linex } from "@/evaluation/mod.ts";
 *
 * const short = linex([10], [8])!, surplus = linex([10], [12])!;
 * expect(short).toBeGreaterThan(surplus);
 * ```
 */
export function linex(y: Numbers, yHat: Numbers, { a = 1 }: { readonly a?: number } = {}): number | null {
  if (Math.abs(a) < 1e-8) throw new RangeError(`Cannot score by linex as its a must not be 0: it is ${a}`);
  return meanOver(y, yHat, (y, yHat) => Math.exp(a * (y - yHat)) - a * (y - yHat) - 1);
}
