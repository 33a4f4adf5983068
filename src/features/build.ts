/**
 * From definitions to a table: computes every feature of every step of a panel.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { ExpressionFeature, Feature, FrozenFeature, PooledFeature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { type Codes, columnCodes, crossCodes, type Numbers, numbersOf } from "@/features/codes.ts";
import { distances } from "@/features/distance.ts";
import {
  type BlockOrder,
  blockOrder,
  type BlockSums,
  blockSums,
  fitsDensely,
  frozenFromSums,
  frozenStatistic,
  type Totals,
  totalsOf,
} from "@/features/frozen.ts";
import { lagMeans } from "@/features/lag_mean.ts";
import { fillableGaps, filledByMedian, pooledStatistic } from "@/features/pooled.ts";
import { type Blocks, prepare, type PreparedPanel } from "@/features/prepare.ts";
import { assertDirect } from "@/features/reach.ts";

/** Where time is cut, and what the table is for. */
export interface BuildOptions extends Blocks {
  /** Every step of the horizon is forecast at once, so that no feature may reach back less. */
  readonly direct?: boolean;
  /** Names of features whose columns the panel's frame brings along, so that they are not computed. */
  readonly given?: ReadonlySet<string>;
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
  { direct = true, given = new Set(), ...blocks }: BuildOptions,
): FeatureTable {
  if (direct) assertDirect(features, blocks.horizon);
  assertNames(features);
  const kept = features.filter(({ helper }) => !helper);
  const frame = compute(prepare(panel, blocks), features.filter(({ name }) => !given.has(name)));
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
  const kernels = new Kernels(prepared, features);
  const lastUse = new Map(features.flatMap(({ reads }, at) => reads.map((name) => [name, at])));
  let frame = prepared.frame;
  // Expressions wait for one another as long as none reads another's result: Polars then computes them together.
  // Columns that kernels made wait with them, since every step of a frame has its price.
  let expressions: ExpressionFeature[] = [], columns: Series[] = [];
  const flush = (at: number) => {
    if (columns.length > 0) frame = frame.withColumns(...columns);
    if (expressions.length > 0) frame = frame.withColumns(...expressions.map(({ expr }) => expr));
    expressions = [];
    columns = [];
    const spent = features.slice(0, at).filter(({ name, helper }) => helper && (lastUse.get(name) ?? -1) < at);
    const gone = spent.map(({ name }) => name).filter((name) => frame.columns.includes(name));
    if (gone.length > 0) frame = frame.drop(gone);
  };
  features.forEach((feature, at) => {
    const expressed = feature.reads.some((name) => expressions.some((other) => other.name === name));
    const column = feature.reads.some((name) => columns.some((other) => other.name === name));
    if (expressed || column && feature.form === "expression") flush(at);
    assertReadable(feature, [...frame.columns, ...columns.map(({ name }) => name)]);
    if (feature.form !== "expression") columns.push(kernels.column(frame, feature));
    else if (feature.reads.every((name) => name === "ds")) columns.push(kernels.calendar(feature));
    else expressions.push(feature);
  });
  flush(features.length);
  return frame;
}

/** A feature that is computed by a loop over typed arrays. */
type KernelFeature = Exclude<Feature, ExpressionFeature>;

/** Rows in the order of a grouping, and what was added up along it. */
interface Grouping {
  readonly codes: Codes;
  order?: BlockOrder;
  readonly totals: Map<string, Totals>;
  readonly sums: Map<string, BlockSums>;
}

/** The computations that are loops over typed arrays, and what they can share between features. */
class Kernels {
  readonly #prepared: PreparedPanel;
  readonly #t: Int32Array;
  readonly #pos: Int32Array;
  readonly #block: Int32Array;
  readonly #span: { readonly first: number; readonly blocks: number };
  readonly #dates: DataFrame;
  /** Names that kernels read: only those columns are kept as numbers. */
  readonly #read: ReadonlySet<string>;
  readonly #numbers = new Map<string, Numbers>();
  readonly #codes = new Map<string, Codes>();
  readonly #groupings = new Map<string, Grouping>();
  /** Grouping → frozen features that still need it: a million rows in another order are not kept for nothing. */
  readonly #uses = new Map<string, number>();

  constructor(prepared: PreparedPanel, features: readonly Feature[]) {
    const { frame, steps, firstDay, stride } = prepared;
    this.#prepared = prepared;
    this.#t = frame.getColumn("t").toTypedArray();
    this.#pos = frame.getColumn("pos").toTypedArray();
    const block: Int32Array = frame.getColumn("block").toTypedArray();
    this.#block = block;
    const first = block.reduce((least, one) => Math.min(least, one), Infinity);
    this.#span = { first, blocks: block.reduce((most, one) => Math.max(most, one), -Infinity) - first + 1 };
    const days = Int32Array.from({ length: steps }, (_, t) => firstDay + t * stride);
    this.#dates = pl.DataFrame([pl.Series("ds", days)]).withColumns(pl.col("ds").cast(pl.Date).alias("ds"));
    const kernels = features.filter(({ form }) => form !== "expression");
    this.#read = new Set(kernels.flatMap(({ reads }) => reads));
    for (const feature of kernels) {
      if (feature.form === "frozen") this.#uses.set(feature.by.join(), (this.#uses.get(feature.by.join()) ?? 0) + 1);
    }
  }

  column(frame: DataFrame, feature: KernelFeature): Series {
    return this.#made(feature.name, this.#compute(frame, feature));
  }

  /** A feature of the date alone: computed once per date, then spread over the rows. */
  calendar({ name, expr }: ExpressionFeature): Series {
    const values = numbersOf(this.#dates.select(expr), name), spread = new Float32Array(this.#t.length);
    for (let i = 0; i < spread.length; i++) spread[i] = values[this.#t[i]!]!;
    return this.#made(name, spread);
  }

  #made(name: string, values: Float32Array | Float64Array): Series {
    if (this.#read.has(name)) this.#numbers.set(name, values);
    return pl.Series(name, values);
  }

  #compute(frame: DataFrame, feature: KernelFeature): Float32Array | Float64Array {
    switch (feature.form) {
      case "frozen":
        return this.#frozen(frame, feature);
      case "pooled":
        return this.#pooled(frame, feature);
      case "lag_mean":
        return lagMeans(this.#numbersOf(frame, feature.of), this.#pos, feature.steps);
      case "distance":
        return distances(this.#numbersOf(frame, feature.flag), this.#pos, feature);
    }
  }

  #frozen(frame: DataFrame, feature: FrozenFeature): Float32Array {
    const { by, of, where, statistic } = feature;
    const group = by.join(), sum = [of, where ?? "", statistic === "std"].join("|");
    const grouping = remembered(this.#groupings, group, (): Grouping => ({
      codes: this.#codesOf(frame, by),
      totals: new Map(),
      sums: new Map(),
    }));
    const left = this.#uses.get(group)! - 1;
    this.#uses.set(group, left);
    if (left === 0) this.#groupings.delete(group);
    const column = () => this.#numbersOf(frame, of);
    const counted = () => where === undefined ? undefined : this.#numbersOf(frame, where);
    const additive = statistic === "mean" || statistic === "count";
    if (additive && fitsDensely(grouping.codes.groups, this.#span.blocks)) {
      const sums = remembered(
        grouping.sums,
        sum,
        () => blockSums(grouping.codes, this.#block, this.#span, column(), counted()),
      );
      return frozenFromSums(grouping.codes, this.#block, sums, feature);
    }
    grouping.order ??= blockOrder(grouping.codes, this.#block, this.#t, this.#inOrder(by));
    const { order } = grouping;
    const totals = remembered(
      grouping.totals,
      sum,
      () => totalsOf(order, column(), { where: counted(), squares: statistic === "std" }),
    );
    return frozenStatistic(order, totals, feature, frame.height);
  }

  /** Groups that hold one series each are in the order of time already. */
  #inOrder(by: readonly string[]): boolean {
    return this.#prepared.profile.keys.every((key) => by.includes(key)) || by.includes("series");
  }

  #pooled(frame: DataFrame, feature: PooledFeature): Float32Array | Float64Array {
    const { steps } = this.#prepared;
    const column = this.#numbersOf(frame, feature.of);
    if (feature.fills === undefined) {
      return pooledStatistic(this.#codesOf(frame, feature.by), this.#t, steps, column, feature);
    }
    const own = Float64Array.from(this.#numbersOf(frame, feature.fills));
    const gaps = fillableGaps(own, column, this.#t, steps);
    return gaps.length > 0 ? filledByMedian(gaps, this.#codesOf(frame, feature.by), this.#t, steps, column, own) : own;
  }

  #numbersOf(frame: DataFrame, name: string): Numbers {
    return remembered(this.#numbers, name, () => numbersOf(frame, name));
  }

  #codesOf(frame: DataFrame, by: readonly string[]): Codes {
    if (by.length === 0) return { code: new Int32Array(frame.height), groups: 1 };
    const one = (name: string) =>
      remembered(this.#codes, name, () => columnCodes(this.#numbers.get(name) ?? numbersOf(frame, name)));
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
