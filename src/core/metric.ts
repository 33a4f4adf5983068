/**
 * The names of the error metrics, and the table of scores that everything reports.
 *
 * @module
 */

/** Every metric of the scores table, by its literature name. */
export const METRIC_NAMES = ["rmspe", "wmae", "smape", "rmse", "mae", "mape", "mase", "bias"] as const;

/** The literature name of an error metric. Lower is better for all of them but `bias`, where zero is best. */
export type MetricName = typeof METRIC_NAMES[number];

/**
 * One model's errors on one set of rows; null where a metric is undefined there.
 *
 * rmspe, mape and bias are shares (0.1 is 10 %), smape is in percent (0–200), mase is relative to the seasonal naive
 * error inside the training data, the others are in units of y.
 */
export type Scores = Readonly<Record<MetricName, number | null>>;
