/**
 * What the trade knows for certain about a forecast, whatever a model says.
 *
 * @module
 */

/** What is known about the rows of a forecast. */
export interface Trading {
  /** Per row 0 when the series is closed; NaN and other values count as open. */
  readonly open?: ArrayLike<number>;
  /** Whether a forecast may be below zero. */
  readonly allowsNegative: boolean;
}

/**
 * Applies what the trade knows to a model's predictions: a closed store sells nothing, and nobody sells less than nothing
 * where returns are not netted.
 *
 * @throws {RangeError} If a prediction is not finite: a number that is no number must not reach a planner.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { applyTradingRules } from "@/pipeline/trading_rules.ts";
 *
 * const rules = { open: [1, 0, NaN], allowsNegative: false };
 * expect([...applyTradingRules([120, 80, -3], rules)]).toEqual([120, 0, 0]);
 * ```
 */
export function applyTradingRules(
  predictions: ArrayLike<number>,
  { open, allowsNegative }: Trading,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(predictions, (value, row) => {
    if (open?.[row] === 0) return 0;
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot use the prediction of row ${row} as it must be finite: current value is ${value}`);
    }
    return allowsNegative ? value : Math.max(0, value);
  });
}
