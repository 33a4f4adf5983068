/**
 * From definitions to a table: computes every feature of every step of a panel.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { ExpressionFeature, Feature, FrozenFeature, PooledFeature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { type Codes, codesOf, numbersOf } from "@/features/codes.ts";
import { type BlockOrder, blockOrder, frozenStatistic, type Totals, totalsOf } from "@/features/frozen.ts";
import { filledByMedian, pooledStatistic } from "@/features/pooled.ts";
import { type Blocks, prepare, type PreparedPanel } from "@/features/prepare.ts";
import { assertDirect } from "@/features/reach.ts";

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
export function buildFeatures(panel: Panel, features: readonly Feature[], blocks: Blocks): FeatureTable {
  assertDirect(features, blocks.horizon);
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
      ...kept.map(({ name }) => pl.col(name).cast(pl.Float32).fillNull(missing).alias(name)),
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
    else frame = withSeries(frame, [kernels.column(frame, feature)]);
  });
  flush(features.length);
  return frame;
}

/** Features of the date alone are computed once per date and spread over the rows; all others over the rows. */
function withExpressions(frame: DataFrame, features: readonly ExpressionFeature[], kernels: Kernels): DataFrame {
  const ofDate = features.filter(({ reads }) => reads.every((name) => name === "ds"));
  const ofRow = features.filter((feature) => !ofDate.includes(feature));
  const dated = ofDate.length > 0 ? withSeries(frame, kernels.calendar(ofDate)) : frame;
  return ofRow.length > 0 ? dated.withColumns(...ofRow.map(({ expr }) => expr)) : dated;
}

function withSeries(frame: DataFrame, columns: readonly Series[]): DataFrame {
  return frame.withColumns(...columns);
}

/** The computations that are loops over typed arrays, and what they can share between features. */
class Kernels {
  readonly #prepared: PreparedPanel;
  readonly #t: Int32Array;
  readonly #block: Int32Array;
  readonly #codes = new Map<string, Codes>();
  readonly #orders = new Map<string, BlockOrder>();
  readonly #totals = new Map<string, Totals>();

  constructor(prepared: PreparedPanel) {
    this.#prepared = prepared;
    this.#t = prepared.frame.getColumn("t").toTypedArray();
    const block: Int32Array = prepared.frame.getColumn("block").toTypedArray();
    this.#block = block;
  }

  column(frame: DataFrame, feature: FrozenFeature | PooledFeature): Series {
    return feature.form === "frozen" ? this.#frozen(frame, feature) : this.#pooled(frame, feature);
  }

  calendar(features: readonly ExpressionFeature[]): Series[] {
    const { steps, firstDay, stride } = this.#prepared;
    const days = Int32Array.from({ length: steps }, (_, t) => firstDay + t * stride);
    const dates = pl.DataFrame([pl.Series("ds", days)]).withColumns(pl.col("ds").cast(pl.Date).alias("ds"))
      .select(...features.map(({ expr }) => expr));
    return features.map(({ name }) => {
      const values = numbersOf(dates, name), spread = new Float32Array(this.#t.length);
      for (let i = 0; i < spread.length; i++) spread[i] = values[this.#t[i]!]!;
      return seriesOf(name, spread);
    });
  }

  #frozen(frame: DataFrame, feature: FrozenFeature): Series {
    const { keys } = this.#prepared.profile;
    const group = feature.by.join();
    const order = remembered(this.#orders, group, () => {
      // Groups that hold one series each are in the order of time already.
      const ordered = keys.every((key) => feature.by.includes(key)) || feature.by.includes("series");
      return blockOrder(this.#codesOf(frame, feature.by), this.#block, this.#t, ordered);
    });
    const squares = feature.statistic === "std";
    const totals = remembered(
      this.#totals,
      [group, feature.of, feature.where ?? "", squares].join("|"),
      () =>
        totalsOf(order, numbersOf(frame, feature.of), {
          squares,
          ...feature.where !== undefined && { where: numbersOf(frame, feature.where) },
        }),
    );
    return seriesOf(feature.name, frozenStatistic(order, totals, feature, frame.height));
  }

  #pooled(frame: DataFrame, feature: PooledFeature): Series {
    const { steps } = this.#prepared;
    const codes = this.#codesOf(frame, feature.by), column = numbersOf(frame, feature.of);
    return seriesOf(
      feature.name,
      feature.fills === undefined
        ? pooledStatistic(codes, this.#t, steps, column, feature)
        : filledByMedian(codes, this.#t, steps, column, numbersOf(frame, feature.fills)),
    );
  }

  #codesOf(frame: DataFrame, by: readonly string[]): Codes {
    return remembered(this.#codes, by.join(), () => codesOf(frame, by));
  }
}

function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  let value = memory.get(key);
  if (value === undefined) memory.set(key, value = make());
  return value;
}

/** A column from a kernel's result: Polars knows missing values as null. */
function seriesOf(name: string, values: Float32Array | Float64Array): Series {
  const column = pl.Series(name, values);
  return pl.DataFrame([column]).select(pl.col(name).fillNan(pl.lit(null)).alias(name)).getColumn(name);
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
