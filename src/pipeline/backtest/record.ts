/**
 * The protocol's record: every score with its spread, beside the naive forecast and the best simple model.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import { loss, type Spread, spreadOf, type Window } from "@/evaluation/mod.ts";
import type { Heaviest } from "@/pipeline/backtest/heaviest.ts";
import type { ProtocolIntervals } from "@/pipeline/backtest/protocol_intervals.ts";

/** One model's scores, in the deciding metric. */
export interface ModelRecord {
  readonly model: string;
  /** Over the rolling origins, each the mean over its seeds; null when there is no rolling origin. */
  readonly rolling: Spread | null;
  /** On the holdout, the mean over the seeds; null when it was not scored. */
  readonly holdout: number | null;
  /** How far seeds lie apart: the largest less the smallest score, on average over the windows. */
  readonly seedSpread: number;
  /** Origin → one score per seed (one alone for a model without chance). */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

/** What a backtest found; small enough to be committed. */
export interface ProtocolRecord {
  readonly format: 1;
  readonly dataset: string;
  readonly source: string;
  readonly fingerprint: string;
  readonly code: string;
  readonly asOf: string;
  readonly horizon: number;
  readonly metric: MetricName;
  readonly seeds: readonly number[];
  readonly holdout: Window | null;
  readonly origins: readonly string[];
  /** Seasonal naive, and the model without trees that did best on the rolling origins. */
  readonly baseline: string;
  readonly simple: string | null;
  /** Best on the rolling origins; the holdout has no say. */
  readonly champion: string;
  /** Best first. */
  readonly models: readonly ModelRecord[];
  /** The error of a perfect forecast of the mean, per origin, for counts; null where sales are amounts. */
  readonly noiseFloor: Readonly<Record<string, number>> | null;
  /** The champion's intervals; null where no window came before another, and missing from older records. */
  readonly intervals?: ProtocolIntervals | null;
  /** The rows that carry most of the champion's error; missing from older records. */
  readonly heaviest?: Heaviest | null;
  readonly notes: readonly string[];
}

/** Scores as they were measured: model → origin → one per seed. */
export type Measured = Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;

/**
 * Sums measured scores up.
 *
 * @param facts.simple The models that have no trees.
 */
export function protocolRecord(
  measured: Measured,
  facts: Omit<ProtocolRecord, "format" | "models" | "champion" | "simple"> & { readonly simple: readonly string[] },
): ProtocolRecord {
  const { simple, metric, ...rest } = facts;
  const models = Object.entries(measured).map(([model, byOrigin]) => modelRecord(model, byOrigin, facts))
    .sort((a, b) => decisive(a) - decisive(b));
  const best = models.find(({ model }) => simple.includes(model) && model !== facts.baseline);
  return { format: 1, metric, ...rest, simple: best?.model ?? null, champion: models[0]!.model, models };
}

/** What models are ranked by: the mean over the rolling origins, or where there is none the holdout. */
function decisive({ rolling, holdout }: ModelRecord): number {
  return rolling?.mean ?? holdout ?? Infinity;
}

function modelRecord(
  model: string,
  byOrigin: Readonly<Record<string, readonly (number | null)[]>>,
  { metric, holdout, origins }: Pick<ProtocolRecord, "metric" | "holdout" | "origins">,
): ModelRecord {
  const losses = Object.fromEntries(
    Object.entries(byOrigin).map(([origin, scores]) => [origin, scores.map((score) => loss(metric, score))]),
  );
  const meanAt = (origin: string) => spreadOf(losses[origin]!).mean;
  const rolling = origins.filter((origin) => origin in losses);
  const spreads = Object.values(losses).map((scores) => Math.max(...scores) - Math.min(...scores));
  return {
    model,
    rolling: rolling.length === 0 ? null : spreadOf(rolling.map(meanAt)),
    holdout: holdout !== null && holdout.origin in losses ? meanAt(holdout.origin) : null,
    seedSpread: spreadOf(spreads).mean,
    scores: losses,
  };
}
