/**
 * What an error costs: goods that were missing, goods that were left over.
 *
 * @module
 */
import type { IntervalColumns } from "@/evaluation/intervals/interval_rows.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/** What one unit of y costs when it is missing, and when it is left over: money, or shares of the sales price. */
export interface Costs {
  /** Lost margin and goodwill of a unit that somebody wanted and did not get. */
  readonly under: number;
  /** Storage, write-off and tied-up money of a unit that nobody wanted. */
  readonly over: number;
}

/**
 * The share of outcomes that the cheapest order covers: where one more unit would cost as much as it saves
 * (Arrow, Harris and Marschak 1951).
 *
 * @throws {RangeError} If a cost is not above zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { criticalRatio } from "@/evaluation/mod.ts";
 *
 * expect(criticalRatio({ under: 4, over: 1 })).toBe(0.8);
 * expect(() => criticalRatio({ under: -1, over: 1 })).toThrow("current value is -1");
 * ```
 */
export function criticalRatio({ under, over }: Costs): number {
  for (const [name, cost] of [["under", under], ["over", over]] as const) {
    if (!(cost > 0 && Number.isFinite(cost))) {
      throw new RangeError(`Cannot weigh costs as the cost of ${name}-stock must be above 0: current value is ${cost}`);
    }
  }
  return under / (under + over);
}

/**
 * The cost of one order: what was missing, or what was left over.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { newsvendorCost } from "@/evaluation/mod.ts";
 *
 * const costs = { under: 4, over: 1 };
 * expect([newsvendorCost(10, 8, costs), newsvendorCost(10, 13, costs)]).toEqual([8, 3]);
 * ```
 */
export function newsvendorCost(sold: number, ordered: number, { under, over }: Costs): number {
  return sold > ordered ? under * (sold - ordered) : over * (ordered - sold);
}

/** The interval whose end is a quantile: 0.8 is the upper end of the interval of 60 %. */
export interface QuantileEnd {
  /** In whole percent; 0 where the quantile is the forecast itself. */
  readonly level: number;
  /** Which end of the interval the quantile is. */
  readonly side: "lo" | "hi";
}

/**
 * Finds the interval whose end is a quantile, to half a percent.
 *
 * @throws {RangeError} If the share is not from 0.005 to 0.995.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { quantileEnd } from "@/evaluation/mod.ts";
 *
 * expect(quantileEnd(0.8)).toEqual({ level: 60, side: "hi" });
 * expect(quantileEnd(0.25)).toEqual({ level: 50, side: "lo" });
 * ```
 */
export function quantileEnd(share: number): QuantileEnd {
  const level = Math.round(Math.abs(2 * share - 1) * 100);
  if (!(share > 0 && share < 1) || level > 99) {
    throw new RangeError(`Cannot order by a quantile as it must be from 0.005 to 0.995: current value is ${share}`);
  }
  return { level, side: share < 0.5 ? "lo" : "hi" };
}

/**
 * The cheapest orders by a predictive distribution: its quantile at the critical ratio.
 *
 * @param yHat Forecasts: the middle of the distribution.
 * @param columns Intervals that hold the level which `quantileEnd` names.
 *
 * @throws {RangeError} If the intervals of the level that the costs ask for are not among the columns.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { orderQuantities } from "@/evaluation/mod.ts";
 *
 * const columns = { 60: { lo: Float64Array.of(8), hi: Float64Array.of(12) } };
 * expect([...orderQuantities([10], columns, 0.8)]).toEqual([12]);
 * ```
 */
export function orderQuantities(yHat: Numbers, columns: IntervalColumns, ratio: number): Float64Array {
  const { level, side } = quantileEnd(ratio);
  if (level === 0) return Float64Array.from(yHat);
  const ends = columns[level];
  if (ends === undefined) {
    throw new RangeError(`Cannot order by the quantile ${ratio} as the intervals of ${level} % are not there`);
  }
  return Float64Array.from(ends[side]);
}

/** What orders came to. */
export interface OrderCosts {
  /** How many orders there were. */
  readonly rows: number;
  /** Cost of all rows. */
  readonly total: number;
  /** What of the total was for goods that were missing. */
  readonly under: number;
  /** Per series and day (or week). */
  readonly mean: number;
  /** The share of rows whose order covered what was wanted. */
  readonly service: number;
}

/**
 * Sums up what orders cost.
 *
 * @throws {RangeError} If there is not one order per outcome, or a cost is not above zero.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { orderCosts } from "@/evaluation/mod.ts";
 *
 * const { total, under, service } = orderCosts([10, 10], [8, 13], { under: 4, over: 1 });
 * expect([total, under, service]).toEqual([11, 8, 0.5]);
 * ```
 */
export function orderCosts(sold: Numbers, ordered: Numbers, costs: Costs): OrderCosts {
  criticalRatio(costs);
  if (sold.length !== ordered.length) {
    throw new RangeError(`Cannot cost ${ordered.length} orders as there are ${sold.length} outcomes`);
  }
  let total = 0, under = 0, served = 0;
  for (let row = 0; row < sold.length; row++) {
    const cost = newsvendorCost(sold[row]!, ordered[row]!, costs);
    total += cost;
    if (sold[row]! > ordered[row]!) under += cost;
    else served++;
  }
  const rows = sold.length;
  return { rows, total, under, mean: rows === 0 ? 0 : total / rows, service: rows === 0 ? 0 : served / rows };
}
