/**
 * One fit of one model, watched: progress for people, a history for the tracker.
 *
 * @module
 */
import { column, selectRows } from "@/core/matrix.ts";
import type { Model, Round } from "@/core/regressor.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Context } from "@/pipeline/context.ts";
import type { Contestant } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { asSample, type Slice, tradingRows } from "@/pipeline/samples.ts";
import { applyTradingRules } from "@/pipeline/trading_rules.ts";

/** How one fit went. */
export interface FitRecord {
  readonly model: string;
  /** The first date that was not known to the model. */
  readonly origin: string;
  readonly seconds: number;
  /** Rows it was fitted on. */
  readonly rows: number;
  /** Metric → one value per round, on the window that follows the origin; empty when nothing was watched. */
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** What a fit is told besides the model and its rows. */
export interface FitOrder {
  readonly origin: string;
  /** What the progress bar is called. */
  readonly title: string;
  /** Rows after the origin whose error is watched, round by round; never those of a holdout. */
  readonly watch?: Slice;
}

/** Fits a model; the caller disposes of it. */
export async function fitOnce(
  context: Context,
  { name, regressor, params }: Contestant,
  known: Slice,
  { origin, title, watch }: FitOrder,
): Promise<{ readonly model: Model; readonly record: FitRecord }> {
  const history: Record<string, number[]> = {};
  const bar = context.progress(title);
  const onRound = ({ round, rounds, metrics }: Round) => {
    for (const [metric, value] of Object.entries(metrics)) (history[metric] ??= []).push(value);
    const [metric] = Object.entries(metrics);
    bar.update(round, rounds, metric ? `${metric[0]} ${metric[1].toPrecision(4)}` : "");
  };
  const started = performance.now();
  try {
    const model = await regressor.fit(asSample(known), params, {
      seed: context.params.seed,
      signal: context.signal,
      onRound,
      ...(watch === undefined ? {} : { valid: asSample(tradingRows(watch)) }),
    });
    const seconds = (performance.now() - started) / 1000;
    return { model, record: { model: name, origin, seconds, rows: known.y.length, history } };
  } finally {
    bar.end();
    // What a library needed to train it keeps otherwise, beside what the next one needs.
    releaseMemory();
  }
}

/** Forecasts rows with a model, and applies what the trade knows. */
export function forecastSlice(model: Model, { x }: Slice, profile: DatasetProfile): Float64Array<ArrayBuffer> {
  const { openColumn, allowsNegative } = profile;
  if (openColumn === undefined) return applyTradingRules(model.predict(x), { allowsNegative });
  // A closed day sells nothing whatever the model says, so the model is not asked.
  const open = column(x, openColumn);
  const trading = Uint32Array.from(open.keys()).filter((row) => open[row] !== 0);
  const asked = model.predict(trading.length < x.rows ? selectRows(x, trading) : x);
  const predictions = new Float64Array(x.rows);
  trading.forEach((row, at) => predictions[row] = asked[at]!);
  return applyTradingRules(predictions, { allowsNegative, open });
}
