/**
 * What every metric takes and gives.
 *
 * @module
 */

/** A column of numbers: a typed array, or a plain one. */
export type Numbers = ArrayLike<number>;

/** What a metric may need besides actuals and forecasts; a metric ignores what it has no use for. */
export interface MetricOptions {
  /** How much each row counts (wmae); every row counts 1 when left out. */
  readonly weight?: Numbers | undefined;
  /** Each row's scale (mase): the seasonal naive error of its series inside the training data, in units of y. */
  readonly scale?: Numbers | undefined;
}

/** An error metric: one number for a set of rows, or null where it is undefined for them. */
export type Metric = (y: Numbers, yHat: Numbers, options?: MetricOptions) => number | null;
