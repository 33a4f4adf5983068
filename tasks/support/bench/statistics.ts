/**
 * The arithmetic of a benchmark: what repeated timings say, and how cost grows with size.
 *
 * @module
 */

/**
 * The middle of some values, which one slow run cannot move.
 *
 * @throws {RangeError} If there is no value.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { median } from "./statistics.ts";
 *
 * expect(median([3, 1, 100])).toBe(3);
 * expect(median([1, 2])).toBe(1.5);
 * ```
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Cannot take the median of no values: at least one is needed");
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * How far repeated timings lie apart, as a share of their median: 0.1 says that a tenth means nothing.
 *
 * @throws {RangeError} If there is no value.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { spread } from "./statistics.ts";
 *
 * expect(spread([0.9, 1, 1.2])).toBeCloseTo(0.3);
 * ```
 */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
}

/**
 * One cost as a multiple of another; null where the other is too small to divide by.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ratio } from "./statistics.ts";
 *
 * expect(ratio(1, 4)).toBe(0.25);
 * expect(ratio(1, 0)).toBeNull();
 * ```
 */
export function ratio(own: number, other: number): number | null {
  return other > 0 && Number.isFinite(own / other) ? own / other : null;
}

/** What it cost to do something of some size. */
export interface SizedCost {
  readonly size: number;
  readonly cost: number;
}

/**
 * The power of the size that a cost grows with: 1 when twice as many series cost twice as much, 2 when four times.
 *
 * The slope of the least-squares line through the logarithms. Costs that do not depend on the size (starting up) pull it
 * down, most where sizes are small.
 *
 * @throws {RangeError} If there are fewer than two sizes, or a size or cost is not above zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { growthExponent } from "./statistics.ts";
 *
 * const squares = [10, 100, 1000].map((size) => ({ size, cost: 0.3 * size ** 2 }));
 * expect(growthExponent(squares)).toBeCloseTo(2);
 * ```
 */
export function growthExponent(points: readonly SizedCost[]): number {
  if (new Set(points.map(({ size }) => size)).size < 2) {
    throw new RangeError(
      `Cannot fit a growth exponent as it needs costs of two sizes: there are ${points.length} costs`,
    );
  }
  const wrong = points.find(({ size, cost }) => !(size > 0 && cost > 0));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot fit a growth exponent as sizes and costs must be above zero: found ${wrong.size} and ${wrong.cost}`,
    );
  }
  const x = points.map(({ size }) => Math.log(size)), y = points.map(({ cost }) => Math.log(cost));
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, at, k) => sum + (at - meanX) * (y[k]! - meanY), 0);
  return covariance / x.reduce((sum, at) => sum + (at - meanX) ** 2, 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
