/**
 * What intervals are learnt from and judged on.
 *
 * @module
 */
import type { Numbers } from "@/evaluation/metrics/metric.ts";

/** The lower and upper ends of intervals, in units of y, one value per row. */
export interface Ends<Column extends Numbers = Numbers> {
  /** Lower ends. */
  readonly lo: Column;
  /** Upper ends. */
  readonly hi: Column;
}

/** Ends by level in percent: 80 is the interval that should hold 80 % of outcomes. */
export type IntervalColumns = Readonly<Record<number, Ends<Float64Array<ArrayBuffer>>>>;

/** Forecasts with what is known about their rows. Every column has one value per row. */
export interface ForecastRows {
  /** In units of y. */
  readonly yHat: Numbers;
  /** The series of each row, by its id. */
  readonly series: readonly string[];
  /** Steps ahead, 1 for the first. */
  readonly step: Numbers;
  /** The seasonal naive error of each row's series in its past, in units of y; NaN where it has none. */
  readonly scale: Numbers;
  /** Slice → the group of each row: promo, state_holiday, store_type. */
  readonly slices: Readonly<Record<string, readonly string[]>>;
}

/** Out-of-sample forecasts of one window, with what became of them. */
export interface JudgedRows extends ForecastRows {
  /** What was sold, in units of y. */
  readonly y: Numbers;
  /** Forecasts of "the same as last season". */
  readonly naive?: Numbers;
  /** Ends that quantile models forecast, by level in percent. */
  readonly quantiles?: Readonly<Record<number, Ends>>;
}

/** One window of the backtest, or the holdout. */
export interface IntervalWindow {
  /** The first date that was not known, `YYYY-MM-DD`. */
  readonly origin: string;
  /** The last date that was forecast. */
  readonly to: string;
  /** The rows that were forecast from the origin. */
  readonly rows: JudgedRows;
}
