/** How demand that is mostly zero may be forecast. */
export type IntermittentMethod = "croston" | "sba" | "tsb";

/**
 * Forecasts a series that sells only now and then: how much when it sells, times how often that is.
 *
 * - `croston`: the smoothed size of sales over the smoothed steps between them (Croston 1972);
 * - `sba`: the same times 1 − alpha / 2, without Croston's upward bias (Syntetos and Boylan 2005);
 * - `tsb`: the smoothed size times the smoothed chance of a sale, which sinks when nothing sells (Teunter, Syntetos and
 *   Babai 2011).
 *
 * Missing values (NaN) are passed over. A series that never sold is forecast as 0. Same definitions as statsforecast's
 * (whose `sba` takes 0.95, that is alpha = 0.1).
 *
 * @param y One value per step, in units.
 * @param alpha Share of the newest sale in what is smoothed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intermittentMean } from "@/models/math/intermittent.ts";
 *
 * // Six pieces every third day.
 * expect(intermittentMean([0, 0, 6, 0, 0, 6], { method: "croston" })).toBe(2);
 * expect(intermittentMean([0, 0, 0], { method: "tsb" })).toBe(0);
 * ```
 */
export function intermittentMean(
  y: ArrayLike<number>,
  { method, alpha = 0.1 }: { readonly method: IntermittentMethod; readonly alpha?: number },
): number {
  let size = NaN, gap = NaN, chance = NaN, since = 0;
  const smooth = (old: number, value: number) => Number.isNaN(old) ? value : alpha * value + (1 - alpha) * old;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    since++;
    chance = smooth(chance, value === 0 ? 0 : 1);
    if (value === 0) continue;
    size = smooth(size, value);
    gap = smooth(gap, since);
    since = 0;
  }
  if (Number.isNaN(size)) return 0;
  if (method === "tsb") return size * chance;
  return size / gap * (method === "sba" ? 1 - alpha / 2 : 1);
}
