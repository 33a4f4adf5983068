/**
 * The contract of a store of forecasts: what was forecast, what was served, and what was then sold.
 *
 * @module
 */
import type { LoggedActual, LoggedForecast } from "@/evaluation/mod.ts";

/** One forecast: of a series and date, by a model (`shelfcast-rossmann/3`), made at an origin. */
export interface StoredForecast extends LoggedForecast {
  /** When it was made, ISO 8601. */
  readonly madeAt: string;
}

/** Which forecasts are wanted. */
export interface ForecastQuery {
  readonly uniqueId: string;
  /** Inclusive dates. */
  readonly from?: string;
  readonly to?: string;
  readonly model?: string;
}

/** One prediction that was served. */
export interface ServedPrediction {
  readonly at: string;
  readonly requestId: string;
  readonly route: string;
  readonly model: string;
  readonly uniqueId: string;
  readonly ds: string;
  readonly yHat: number;
  readonly hash: string;
  /** The plan that it was made under, as JSON: step → columns. */
  readonly changes: string;
  readonly origin: string;
  readonly ms: number;
}

/** An actual sale. */
export type Actual = Required<LoggedActual>;

/** A day's use of one model, as `predictions:analyze` reports it. */
export interface UsageRow {
  readonly day: string;
  readonly model: string;
  readonly route: string;
  readonly predictions: number;
  readonly requests: number;
  readonly series: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly meanYHat: number;
  readonly minYHat: number;
  readonly maxYHat: number;
}

/** A forecast beside what was sold. */
export interface Outcome extends LoggedForecast {
  readonly y: number;
}

/** A forecast that a planner changed, kept beside the statistical one; entries are never changed themselves. */
export interface Override {
  readonly uniqueId: string;
  readonly ds: string;
  /** 1 for the first change of a series' date, then 2, 3, …: the newest counts. */
  readonly revision: number;
  /** The number that the planner wants; null for a band alone, and where the change is taken back. */
  readonly value: number | null;
  /** The band that the planner wants; null where there is none. */
  readonly lo: number | null;
  readonly hi: number | null;
  /** Takes the changes before it back. */
  readonly withdrawn: boolean;
  readonly reason: string;
  /** Who signed it. */
  readonly by: string;
  readonly madeAt: string;
  /** What the model forecast at that time, and which model. */
  readonly statistical: number;
  readonly model: string;
  readonly requestId: string;
}

/** Which overrides are wanted. */
export interface OverrideQuery {
  readonly uniqueId?: string;
  /** Inclusive dates. */
  readonly from?: string;
  readonly to?: string;
  /** Every revision, not only the newest of each date. */
  readonly history?: boolean;
}

/** Somebody else has kept the same revision of an override at the same time: nothing was kept. */
export class OverrideConflictError extends Error {
  override readonly name = "OverrideConflictError";
}

/** How many of what a store holds. */
export interface StoreCounts {
  readonly forecasts: number;
  readonly predictions: number;
  readonly actuals: number;
}

/**
 * Where forecasts, served predictions and actuals are kept. Every write is idempotent; it rejects with a StoreError when
 * the store cannot be reached.
 */
export interface ForecastStore extends AsyncDisposable {
  /** For messages: `sqlite`, `postgres`, `parquet`. */
  readonly kind: string;
  /** Adds forecasts, or replaces those of the same series, date, model and origin: all of them, or none. */
  putForecasts(rows: readonly StoredForecast[]): Promise<void>;
  /** The newest forecast of each date (by origin, then by when it was made), by date. */
  forecasts(query: ForecastQuery): Promise<readonly StoredForecast[]>;
  /** Every forecast of the dates from `from` to `to` (inclusive), the older ones of a date too, at most `limit` rows. */
  forecastsOf(query: { readonly from?: string; readonly to?: string; readonly limit?: number }): Promise<
    readonly StoredForecast[]
  >;
  /** Which series have a forecast by this model from this origin: what a resumed batch need not do again. */
  forecastSeries(model: string, origin: string): Promise<ReadonlySet<string>>;
  /** Appends to the log of predictions. */
  logPredictions(rows: readonly ServedPrediction[]): Promise<void>;
  /** The log of one day (UTC), in the order in which predictions were served, at most `limit` rows after the first `skip`. */
  predictions(day: string, options?: { readonly limit?: number; readonly skip?: number }): Promise<
    readonly ServedPrediction[]
  >;
  usage(from: string, to: string): Promise<readonly UsageRow[]>;
  /** Keeps what was sold; once this resolves, no crash loses it. Returns how many were new or different. */
  putActuals(rows: readonly Actual[]): Promise<number>;
  actuals(query: { readonly uniqueId?: string; readonly from?: string; readonly to?: string }): Promise<
    readonly Actual[]
  >;
  /** Forecasts of dates whose sales are known by now. */
  outcomes(query: { readonly from?: string; readonly to?: string; readonly limit?: number }): Promise<
    readonly Outcome[]
  >;
  /**
   * Adds overrides: all of them, or none; once this resolves, no crash loses them.
   *
   * @throws {OverrideConflictError} If one of these revisions is there already.
   */
  putOverrides(rows: readonly Override[]): Promise<void>;
  /** Overrides by series, date and revision; those that were withdrawn are among them. */
  overrides(query: OverrideQuery): Promise<readonly Override[]>;
  /** Forgets logged predictions older than a day, and all but the newest `rows`. */
  trim(before: string, rows: number): Promise<void>;
  counts(): Promise<StoreCounts>;
}
