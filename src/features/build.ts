/**
 * From definitions to a table: computes every feature of every step of a panel.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { DistanceFeature, ExpressionFeature, Feature, FrozenFeature, PooledFeature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { type Codes, columnCodes, crossCodes, numbersOf } from "@/features/codes.ts";
import { distances } from "@/features/distance.ts";
import { type BlockOrder, blockOrder, frozenStatistic, type Totals, totalsOf } from "@/features/frozen.ts";
import { fillableGaps, filledByMedian, pooledStatistic } from "@/features/pooled.ts";
import { type Blocks, prepare, type PreparedPanel } from "@/features/prepare.ts";
import { assertDirect } from "@/features/reach.ts";

/** Where time is cut, and what the table is for. */
export interface BuildOptions extends Blocks {
  /** Every step of the horizon is forecast at once, so that no feature may reach back less. */
  readonly direct?: boolean;
}

/**
 * Builds the feature table of a panel: what a forecaster would know about every step, one column per feature.
 *
 * Every step of a forecast block sees the world as of the start of its block, so rows of the past show a model exactly
 * what rows of the future will show it. Linear in rows × features.
 *
 * @returns One row per row of the panel, in its order; Float32 columns, NaN where a value is missing.
 * @throws {RangeError} If a feature reaches back less than the horizon, or the origin is off the panel's grid.
 * @throws {TypeError} If two features share a name, or one reads a column that is not there yet.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { buildFeatures, lag } from "@/features/mod.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "1", "1"], ds: [0, 1, 2], y: [5, 6, 7], store: [1, 1, 1] })
 *   .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 1, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static" }, levels: {}, metric: "smape", allowsNegative: false, events: [],
 *   targetTransform: "identity", encodings: [], slices: [], unit: "units a day",
 * } as const;
 * const panel = { frame, profile, asOf: "1970-01-04" };
 * const table = buildFeatures(panel, [lag(1)], { origin: "1970-01-03", horizon: 1 });
 * expect(table.frame.getColumn("y_lag1").toArray()).toEqual([NaN, 5, 6]);
 * ```
 */
export function buildFeatures(
  panel: Panel,
  features: readonly Feature[],
  { direct = true, ...blocks }: BuildOptions,
): FeatureTable {
  if (direct) assertDirect(features, blocks.horizon);
  assertNames(features);
  const kept = features.filter(({ helper }) => !helper);
  const frame = compute(prepare(panel, blocks), features);
  const missing = pl.lit(NaN).cast(pl.Float32);
  return {
    frame: frame.select(
      pl.col("unique_id"),
      pl.col("ds"),
      pl.col("y").cast(pl.Float64),
      pl.col("block"),
      pl.col("step"),
      ...kept.map(({ name }) => frame.getColumn(name).nullCount() > 0 ? pl.col(name).fillNull(missing) : pl.col(name)),
    ),
    features: kept,
    profile: panel.profile,
    horizon: blocks.horizon,
    origin: blocks.origin,
  };
}

/** Adds the features to the prepared frame, in order; helpers go as soon as nothing reads them any more. */
function compute(prepared: PreparedPanel, features: readonly Feature[]): DataFrame {
  const kernels = new Kernels(prepared);
  const lastUse = new Map(features.flatMap(({ reads }, at) => reads.map((name) => [name, at])));
  let frame = prepared.frame;
  // Expressions wait for one another as long as none reads another's result: Polars then computes them together.
  let waiting: ExpressionFeature[] = [];
  const flush = (at: number) => {
    if (waiting.length === 0) return;
    frame = withExpressions(frame, waiting, kernels);
    waiting = [];
    const spent = features.slice(0, at).filter(({ name, helper }) => helper && (lastUse.get(name) ?? -1) < at);
    const gone = spent.map(({ name }) => name).filter((name) => frame.columns.includes(name));
    if (gone.length > 0) frame = frame.drop(gone);
  };
  features.forEach((feature, at) => {
    const isWaiting = (name: string) => waiting.some((other) => other.name === name);
    if (feature.form !== "expression" || feature.reads.some(isWaiting)) flush(at);
    assertReadable(feature, frame.columns);
    if (feature.form === "expression") waiting.push(feature);
    else frame = frame.withColumns(kernels.column(frame, feature));
  });
  flush(features.length);
  return frame;
}

/** Features of the date alone are computed once per date and spread over the rows; all others over the rows. */
function withExpressions(frame: DataFrame, features: readonly ExpressionFeature[], kernels: Kernels): DataFrame {
  const ofDate = features.filter(({ reads }) => reads.every((name) => name === "ds"));
  const ofRow = features.filter((feature) => !ofDate.includes(feature));
  const dated = ofDate.length > 0 ? frame.withColumns(...kernels.calendar(ofDate)) : frame;
  return ofRow.length > 0 ? dated.withColumns(...ofRow.map(({ expr }) => expr)) : dated;
}

/** The computations that are loops over typed arrays, and what they can share between features. */
class Kernels {
  readonly #prepared: PreparedPanel;
  readonly #t: Int32Array;
  readonly #pos: Int32Array;
  readonly #block: Int32Array;
  readonly #numbers = new Map<string, Float64Array>();
  readonly #codes = new Map<string, Codes>();
  readonly #orders = new Map<string, BlockOrder>();
  readonly #totals = new Map<string, Totals>();

  constructor(prepared: PreparedPanel) {
    this.#prepared = prepared;
    this.#t = prepared.frame.getColumn("t").toTypedArray();
    this.#pos = prepared.frame.getColumn("pos").toTypedArray();
    this.#block = prepared.frame.getColumn("block").toTypedArray();
  }

  column(frame: DataFrame, feature: FrozenFeature | PooledFeature | DistanceFeature): Series {
    switch (feature.form) {
      case "frozen":
        return pl.Series(feature.name, this.#frozen(frame, feature));
      case "pooled":
        return pl.Series(feature.name, this.#pooled(frame, feature));
      case "distance":
        return pl.Series(feature.name, distances(this.#numbersOf(frame, feature.flag), this.#pos, feature));
    }
  }

  calendar(features: readonly ExpressionFeature[]): Series[] {
    const { steps, firstDay, stride } = this.#prepared;
    const days = Int32Array.from({ length: steps }, (_, t) => firstDay + t * stride);
    const dates = pl.DataFrame([pl.Series("ds", days)]).withColumns(pl.col("ds").cast(pl.Date).alias("ds"))
      .select(...features.map(({ expr }) => expr));
    return features.map(({ name }) => {
      const values = numbersOf(dates, name), spread = new Float32Array(this.#t.length);
      for (let i = 0; i < spread.length; i++) spread[i] = values[this.#t[i]!]!;
      return pl.Series(name, spread);
    });
  }

  #frozen(frame: DataFrame, feature: FrozenFeature): Float32Array {
    const { keys } = this.#prepared.profile;
    const { by, of, where, statistic } = feature;
    const group = by.join();
    const order = remembered(this.#orders, group, () => {
      // Groups that hold one series each are in the order of time already.
      const ordered = keys.every((key) => by.includes(key)) || by.includes("series");
      return blockOrder(this.#codesOf(frame, by), this.#block, this.#t, ordered);
    });
    const squares = statistic === "std";
    const totals = remembered(
      this.#totals,
      [group, of, where ?? "", squares].join("|"),
      () =>
        totalsOf(order, this.#numbersOf(frame, of), {
          squares,
          ...where !== undefined && { where: this.#numbersOf(frame, where) },
        }),
    );
    return frozenStatistic(order, totals, feature, frame.height);
  }

  #pooled(frame: DataFrame, feature: PooledFeature): Float32Array | Float64Array {
    const { steps } = this.#prepared;
    const column = this.#numbersOf(frame, feature.of);
    if (feature.fills === undefined) {
      return pooledStatistic(this.#codesOf(frame, feature.by), this.#t, steps, column, feature);
    }
    const own = this.#numbersOf(frame, feature.fills);
    const gaps = fillableGaps(own, column, this.#t, steps);
    const filled = gaps.length > 0
      ? filledByMedian(gaps, this.#codesOf(frame, feature.by), this.#t, steps, column, own)
      : own;
    this.#numbers.set(feature.name, filled);
    return filled;
  }

  #numbersOf(frame: DataFrame, name: string): Float64Array {
    return remembered(this.#numbers, name, () => numbersOf(frame, name));
  }

  #codesOf(frame: DataFrame, by: readonly string[]): Codes {
    if (by.length === 0) return { code: new Int32Array(frame.height), groups: 1 };
    const one = (name: string) => remembered(this.#codes, name, () => columnCodes(this.#numbersOf(frame, name)));
    return by.map(one).reduce((all, next) => crossCodes(all, next));
  }
}

function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  let value = memory.get(key);
  if (value === undefined) memory.set(key, value = make());
  return value;
}

function assertNames(features: readonly Feature[]): void {
  const seen = new Set<string>(["unique_id", "ds", "y", "block", "step"]);
  for (const { name } of features) {
    if (seen.has(name)) throw new TypeError(`Cannot build two columns of one name: "${name}" is there already`);
    seen.add(name);
  }
}

function assertReadable({ name, reads }: Feature, columns: readonly string[]): void {
  const missing = reads.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot build feature "${name}" as it must come after what it reads: there is no ${missing.join(", ")} yet`,
    );
  }
}
