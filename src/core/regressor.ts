/**
 * The contract of a learning algorithm, and of the model that it fits.
 *
 * @module
 */
import type { Matrix, Sample } from "@/core/matrix.ts";
import type { JsonSchema } from "@/core/json.ts";
import type { DatasetProfile } from "@/core/panel.ts";

/** A model's files: name → bytes. Where they go is a Store's business. */
export type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** What happened in one round of an iterative fit. */
export interface Round {
  /** 1 for the first round. */
  readonly round: number;
  /** How many rounds there are at most; early stopping may end the fit sooner. */
  readonly rounds: number;
  /** The evaluation metric's name → its value on the validation sample (empty without one). */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a fit may be told besides data and parameters. */
export interface FitOptions {
  /** Same seed, same data, same parameters: same model bytes. */
  readonly seed: number;
  /** Later rows that the algorithm may watch, and stop early on. */
  readonly valid?: Sample;
  /** Called after each round of an iterative fit; never by algorithms without rounds. */
  readonly onRound?: (round: Round) => void;
  /** Stops an iterative fit between rounds: `fit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What a part of the rows has to tell of a fit: a table of numbers, column by column. It is as large as what the fit must
 * know of the rows, and holds nothing that depends on where they were.
 */
export type Share = Readonly<Record<string, Float64Array<ArrayBuffer>>>;

/** A fit that rests on what parts of the rows can tell one another. */
export interface Pooling<Params> {
  /** What these rows have to tell. */
  share(train: Sample, params: Params): Share;
  /** Joins what parts told: in any order, any number at a time, the same bytes. */
  join(shares: readonly Share[]): Share;
  /** Learns from what all parts told. */
  fit(joined: Share, params: Params): Model;
}

/**
 * A learning algorithm. Stateless: `fit` gives a model, it does not become one.
 *
 * @typeParam Params The algorithm's parameters, described by `schema`.
 */
export interface Regressor<Params = Readonly<Record<string, unknown>>> {
  /** The name on the command line and in every table: `lightgbm`. */
  readonly kind: string;
  /** The parameters where nobody says otherwise. */
  readonly defaults: Params;
  /** JSON Schema of Params: feeds the params file, tuning and OpenAPI. */
  readonly schema: JsonSchema;
  /** The columns that it cannot do without, beyond having at least one. */
  readonly needs?: readonly string[];
  /** Learns from a sample; neither the sample nor the parameters are changed. */
  fit(train: Sample, params: Params, options: FitOptions): Promise<Model>;
  /** How to fit it on rows that are spread over machines; then `fit` is this, of one part: the same bytes. */
  readonly pooling?: Pooling<Params>;
  /** Makes the model again of the files that its `save` gave. */
  load(files: Files): Promise<Model>;
}

/** Where forecasts are explained: `log1p`, where contributions multiply, or `identity`, where they are units of y. */
export type ForecastScale = DatasetProfile["targetTransform"];

/** A fitted model. Its existence is the proof that `fit` happened. */
export interface Model extends Disposable {
  /** The `kind` of the regressor that can `load` its files. */
  readonly kind: string;
  /** The columns it reads, by name; a matrix to predict on may have more, in any order. */
  readonly features: readonly string[];
  /** One prediction per row of x. */
  predict(x: Matrix): Float64Array<ArrayBuffer>;
  /** The model as files, for the regressor's `load`. */
  save(): Files;
  /** Feature → share of the total gain, where the algorithm knows it. */
  importance?(): Readonly<Record<string, number>>;
  /** Per-feature contributions (TreeSHAP) to what the algorithm itself learns; one column more, `bias`, for the expected value. */
  contributions?(x: Matrix): Matrix;
  /** What moved each forecast: one column per feature, and `bias`; rows add up to the forecast on the scale. */
  explain?(x: Matrix, scale: ForecastScale): Matrix;
}
