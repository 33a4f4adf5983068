/**
 * Batch forecast: every series, every step of the horizon, into the store that the server reads.
 *
 * @module
 */
import type { ServedModel } from "@/serving/served_model.ts";
import type { ForecastStore, StoredForecast } from "@/serving/stores/forecast_store.ts";

/** What a batch came to. */
export interface BatchForecast {
  readonly model: string;
  readonly origin: string;
  readonly last: string;
  readonly series: number;
  /** Series that were in the store already, and were left as they are. */
  readonly skipped: number;
  readonly rows: number;
}

/** Series per write: what a crash costs. */
const PART = 200;

/**
 * Forecasts every series under its usual plan and stores what comes out. Running it again after a crash goes on where it
 * ended; running it twice changes nothing.
 *
 * @param options.accept Sees each part before it is stored; when it rejects, nothing of the part is.
 * @param options.again Forecast series that are there already, too.
 */
export async function batchForecast(
  model: ServedModel,
  store: ForecastStore,
  { now, signal, again = false, accept = () => Promise.resolve(), onProgress = () => {} }: {
    readonly now: () => Temporal.Instant;
    readonly signal?: AbortSignal;
    readonly again?: boolean;
    readonly accept?: (part: readonly StoredForecast[]) => Promise<void>;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<BatchForecast> {
  const name = `${model.name}/${model.version}`, { origin, horizon } = model;
  const done = again ? new Set<string>() : await store.forecastSeries(name, origin);
  const left = model.series.filter((id) => !done.has(id));
  for (let from = 0; from < left.length; from += PART) {
    signal?.throwIfAborted();
    const part = left.slice(from, from + PART), madeAt = now().toString();
    const rows = await forecastsOf(model, part, madeAt);
    await accept(rows);
    await store.putForecasts(rows);
    onProgress(Math.min(from + PART, left.length), left.length);
  }
  return {
    model: name,
    origin,
    last: model.dateOf(horizon - 1),
    series: left.length,
    skipped: model.series.length - left.length,
    rows: left.length * horizon,
  };
}

/** Forecasts series under their usual plan, as the store keeps them. */
export async function forecastsOf(
  model: ServedModel,
  ids: readonly string[],
  madeAt: string,
): Promise<StoredForecast[]> {
  const name = `${model.name}/${model.version}`, { origin } = model;
  const paths = await model.forecast(ids.map((id) => ({ id, changes: new Map() })));
  return paths.flatMap(({ id, values }) =>
    Array.from(values, (yHat, step): StoredForecast => ({
      uniqueId: id,
      ds: model.dateOf(step),
      model: name,
      origin,
      yHat,
      intervals: Object.fromEntries(
        Object.entries(model.intervals(id, step, yHat)).map(([level, { lo, hi }]) => [level, [lo, hi] as const]),
      ),
      madeAt,
    }))
  );
}
