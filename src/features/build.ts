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
import { exactTotal } from "@/core/exact_sums.ts";
import { borrowed, type Level, tellAsks, tellTold, tellValues } from "@/features/borrow.ts";
import {
  type BlockOrder,
  blockOrder,
  type BlockSums,
  blockSums,
  blockSumsOf,
  fitsDensely,
  frozenFromSums,
  frozenStatistic,
  pooledBlockSums,
  type Totals,
  totalsOf,
} from "@/features/frozen.ts";
import { lagMeans } from "@/features/lag_mean.ts";
import { fillableGaps, filledByMedian, pooledStatistic, stepSums } from "@/features/pooled.ts";
import {
  askPool,
  fillLevels,
  frozenPool,
  meanPool,
  type Pools,
  type PoolTable,
  PoolWriter,
  spansSeries,
  stepPool,
  sumsHere,
  toldPool,
  valuePool,
} from "@/features/pools.ts";
import { type Blocks, prepare, type PreparedPanel } from "@/features/prepare.ts";
import { assertDirect } from "@/features/reach.ts";

/** Where time is cut, and what the table is for. */
export interface BuildOptions extends Blocks {
  /** Every step of the horizon is forecast at once, so that no feature may reach back less. */
  readonly direct?: boolean;
  /** Names of features whose columns the panel's frame brings along, so that they are not computed. */
  readonly given?: ReadonlySet<string>;
  /** What all parts of the panel together know, where the frame holds a part of its series: see `collectPools`. */
  readonly pools?: Pools;
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
  { direct = true, given = new Set(), pools, ...blocks }: BuildOptions,
): FeatureTable {
  if (direct) assertDirect(features, blocks.horizon);
  assertNames(features);
  const kept = features.filter(({ helper }) => !helper);
  const asked = features.filter(({ name }) => !given.has(name));
  const exchange = pools === undefined ? undefined : new Exchange(asked, pools, panel.profile.keys);
  const frame = compute(prepare(panel, blocks), asked, exchange);
  exchange?.requireAll();
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

/**
 * Tells what a part of a panel knows of the statistics that look across series, as far as it can by now: some rest on
 * others, so that several rounds of telling and joining are needed (see `joinPools`) until nothing is told any more.
 *
 * @param options.pools What all parts together told in earlier rounds.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { buildFeatures, collectPools, hasAsks, joinPools, lag, readPools, withAnswers } from "@/features/mod.ts";
 *
 * const profile = {
 *   name: "shop",
 *   frequency: "1d",
 *   horizon: 1,
 *   seasonLength: 7,
 *   yearLength: 364,
 *   keys: ["store"],
 *   roles: { store: "static" },
 *   levels: {},
 *   metric: "smape",
 *   allowsNegative: false,
 *   events: [],
 *   targetTransform: "identity",
 *   encodings: [],
 *   slices: [],
 *   unit: "units a day",
 * } as const;
 * const blocks = { origin: "1970-01-03", horizon: 1 }, pools = new Map();
 * const parts = ["1", "2"].map((id) => {
 *   const frame = pl.DataFrame({ unique_id: [id, id, id], ds: [0, 1, 2], y: [5, 6, 7], store: [1, 1, 1] })
 *     .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 *   return { frame, profile, asOf: "1970-01-04" };
 * });
 * const told = parts.map((part) => collectPools(part, [lag(1)], { ...blocks, pools }));
 * const joined = withAnswers(joinPools(told.map(({ table }) => table)));
 * expect([told.some(({ more }) => more), hasAsks(joined)]).toEqual([false, false]);
 * const table = buildFeatures(parts[0]!, [lag(1)], { ...blocks, pools: readPools(joined) });
 * expect(table.frame.getColumn("y_lag1").toArray()).toEqual([NaN, 5, 6]);
 * ```
 */
export function collectPools(
  panel: Panel,
  features: readonly Feature[],
  { pools, ...blocks }: Blocks & { readonly pools: Pools },
): Told {
  assertNames(features);
  const exchange = new Exchange(features, pools, panel.profile.keys);
  const wanted = exchange.leadingToPools();
  if (wanted.length > 0) compute(prepare(panel, blocks), wanted, exchange);
  return { table: exchange.told(), more: exchange.more };
}

/** What a part tells in a round. */
export interface Told {
  /** The part's own sums and values, to be joined with those of the other parts by `joinPools`. */
  readonly table: PoolTable;
  /** There is more to tell once this round is joined. */
  readonly more: boolean;
}

/** What a part of a panel hears from the others, and what it has to tell them. */
class Exchange {
  readonly #writer: PoolWriter;
  readonly #features: readonly Feature[];
  /** Features that cannot be computed before others have told. */
  readonly #open = new Set<string>();
  readonly #collected = new Set<string>();

  readonly #keys: readonly string[];
  /** There is more to tell in another round. */
  more = false;

  constructor(features: readonly Feature[], readonly pools: Pools, keys: readonly string[]) {
    this.#features = features;
    this.#keys = keys;
    this.#writer = new PoolWriter(features);
  }

  /** The features that look across series and of which not all was told, and those that they rest on. */
  leadingToPools(): readonly Feature[] {
    const byName = new Map(this.#features.map((one) => [one.name, one]));
    const wanted = new Set<string>();
    const want = (name: string) => {
      if (wanted.has(name)) return;
      wanted.add(name);
      for (const other of byName.get(name)?.reads ?? []) if (byName.has(other)) want(other);
    };
    for (const one of this.#features) if (this.#poolsOf(one).some((pool) => !this.pools.has(pool))) want(one.name);
    return this.#features.filter(({ name }) => wanted.has(name));
  }

  get features(): readonly Feature[] {
    return this.#features;
  }

  /** The pools that a feature needs; none where each series can tell for itself. */
  #poolsOf(feature: Feature): readonly string[] {
    if (feature.form === "expression") return feature.mean === undefined ? [] : [meanPool(feature.mean)];
    if (feature.form === "frozen") return spansSeries(feature.by, this.#keys) ? [frozenPool(feature)] : [];
    if (feature.form !== "pooled") return [];
    if (feature.fills === undefined) return [stepPool(feature)];
    return fillLevels(this.#features, feature.of).flatMap((
      { of, by },
    ) => [toldPool(of, by), askPool(of, by), valuePool(of, by)]);
  }

  /** Whether a feature has to wait for what others tell. */
  waits(feature: Feature): boolean {
    const { name, reads } = feature;
    if (!reads.some((other) => this.#open.has(other))) return this.#open.has(name);
    this.#open.add(name);
    // What others fill is told of with the first of its levels.
    this.more ||= feature.form === "pooled" && feature.fills === undefined ||
      feature.form === "frozen" && spansSeries(feature.by, this.#keys) ||
      feature.form === "expression" && feature.mean !== undefined;
    return true;
  }

  /** Asks whether a pool is known; if not, `tell` says what is known of it here, and the feature waits. */
  hears(pool: string, name: string, tell: (writer: PoolWriter) => void): boolean {
    // A pool without any rows has a mark, so that it is known as well.
    if (this.pools.has(pool)) return true;
    this.#open.add(name);
    if (this.#collected.has(pool)) return false;
    this.#collected.add(pool);
    tell(this.#writer);
    return false;
  }

  told(): PoolTable {
    return this.#writer.table();
  }

  /** @throws {RangeError} If a feature still waits. */
  requireAll(): void {
    const [first] = this.#open;
    if (first === undefined) return;
    throw new RangeError(
      `Cannot build the features of a part of the series as the other parts have not told what "${first}" needs: ` +
        "summarize again, until a round has nothing to tell",
    );
  }
}

/** Adds the features to the prepared frame, in order; helpers go as soon as nothing reads them any more. */
function compute(prepared: PreparedPanel, features: readonly Feature[], exchange?: Exchange): DataFrame {
  const kernels = new Kernels(prepared, features, exchange);
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
    if (exchange?.waits(feature)) return;
    const expressed = feature.reads.some((name) => expressions.some((other) => other.name === name));
    const column = feature.reads.some((name) => columns.some((other) => other.name === name));
    if (expressed || column && feature.form === "expression") flush(at);
    assertReadable(feature, [...frame.columns, ...columns.map(({ name }) => name)]);
    if (feature.form !== "expression" || feature.mean !== undefined && exchange !== undefined) {
      const column = feature.form === "expression" ? kernels.mean(frame, feature) : kernels.column(frame, feature);
      if (column !== undefined) columns.push(column);
    } else if (feature.reads.every((name) => name === "ds")) columns.push(kernels.calendar(feature));
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

  readonly #exchange: Exchange | undefined;

  constructor(prepared: PreparedPanel, features: readonly Feature[], exchange: Exchange | undefined) {
    const { frame, steps, firstDay, stride, blocks } = prepared;
    this.#prepared = prepared;
    this.#exchange = exchange;
    this.#t = frame.getColumn("t").toTypedArray();
    this.#pos = frame.getColumn("pos").toTypedArray();
    this.#block = frame.getColumn("block").toTypedArray();
    this.#span = { first: blocks.first, blocks: blocks.last - blocks.first + 1 };
    const days = Int32Array.from({ length: steps }, (_, t) => firstDay + t * stride);
    this.#dates = pl.DataFrame([pl.Series("ds", days)]).withColumns(pl.col("ds").cast(pl.Date).alias("ds"));
    const kernels = features.filter((one) => one.form !== "expression" || one.mean !== undefined);
    this.#read = new Set(kernels.flatMap(({ reads }) => reads));
    for (const feature of kernels) {
      if (feature.form === "frozen") this.#uses.set(feature.by.join(), (this.#uses.get(feature.by.join()) ?? 0) + 1);
    }
  }

  /** Undefined where other parts of the panel have to tell something first. */
  column(frame: DataFrame, feature: KernelFeature): Series | undefined {
    const values = this.#compute(frame, feature);
    return values === undefined ? undefined : this.#made(feature.name, values);
  }

  /** The mean of a column over all parts of the panel, by the values of another one. */
  mean(frame: DataFrame, { name, mean }: ExpressionFeature): Series | undefined {
    const { of, by } = mean!, pool = meanPool({ of, by });
    const groups = this.#numbersOf(frame, by), codes = this.#codesOf(frame, [by]);
    const tell = (writer: PoolWriter) => {
      const all = { first: 0, blocks: 1 }, sums = pooledBlockSums(codes, this.#zero(), all, this.#numbersOf(frame, of));
      writer.mark(pool);
      writer.addCells(pool, [groups], codes, 1, 0, sums);
    };
    if (!this.#exchange!.hears(pool, name, tell)) return undefined;
    const sums = sumsHere(this.#exchange!.pools.get(pool), [groups], codes, 1, 0);
    const means = Float64Array.from(sums.count, (n, cell) => exactTotal(sums, cell) / n);
    return this.#made(name, Float64Array.from(codes.code, (code) => code < 0 ? NaN : means[code]!));
  }

  #zero(): Int32Array {
    return new Int32Array(this.#t.length);
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

  #compute(frame: DataFrame, feature: KernelFeature): Float32Array | Float64Array | undefined {
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

  #frozen(frame: DataFrame, feature: FrozenFeature): Float32Array | undefined {
    const { by, of, where, statistic, name } = feature, exchange = this.#exchange;
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
    const spans = spansSeries(by, this.#prepared.profile.keys);
    if (spans && !additive && exchange !== undefined) {
      throw new RangeError(
        `Cannot build "${name}" of a part of the series as a ${statistic} over several series cannot be joined: ` +
          "mean and count can",
      );
    }
    if (spans && additive) {
      const { codes } = grouping, { first, blocks } = this.#span;
      const own = () => pooledBlockSums(codes, this.#block, this.#span, column(), counted());
      if (exchange === undefined) {
        const sums = remembered(grouping.sums, sum, () => blockSumsOf(own(), this.#span));
        return frozenFromSums(codes, this.#block, sums, feature);
      }
      const pool = frozenPool(feature), groups = by.map((one) => this.#numbersOf(frame, one));
      const tell = (writer: PoolWriter) => {
        writer.mark(pool);
        writer.addCells(pool, groups, codes, blocks, first, own());
      };
      if (!exchange.hears(pool, name, tell)) return undefined;
      const sums = remembered(
        grouping.sums,
        sum,
        () => blockSumsOf(sumsHere(exchange.pools.get(pool), groups, codes, blocks, first), this.#span),
      );
      return frozenFromSums(codes, this.#block, sums, feature);
    }
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

  #pooled(frame: DataFrame, feature: PooledFeature): Float32Array | Float64Array | undefined {
    const { steps } = this.#prepared, { name, by } = feature, exchange = this.#exchange;
    const column = this.#numbersOf(frame, feature.of);
    if (feature.fills === undefined) {
      const codes = this.#codesOf(frame, by), pool = stepPool(feature);
      const own = () => stepSums(codes, this.#t, steps, column);
      if (exchange === undefined) return pooledStatistic(codes, this.#t, steps, own(), feature);
      const groups = by.map((one) => this.#numbersOf(frame, one));
      const tell = (writer: PoolWriter) => {
        writer.mark(pool);
        writer.addCells(pool, groups, codes, steps, 0, own());
      };
      if (!exchange.hears(pool, name, tell)) return undefined;
      const sums = sumsHere(exchange.pools.get(pool), groups, codes, steps, 0);
      return pooledStatistic(codes, this.#t, steps, sums, feature);
    }
    if (exchange !== undefined) return this.#borrowed(frame, feature, column, exchange);
    const own = Float64Array.from(this.#numbersOf(frame, feature.fills));
    const gaps = fillableGaps(own, column, this.#t, steps);
    return gaps.length > 0 ? filledByMedian(gaps, this.#codesOf(frame, feature.by), this.#t, steps, column, own) : own;
  }

  /** Fills gaps by what other parts tell; which they do in three rounds: who has a value, who wants it, and which it is. */
  #borrowed(frame: DataFrame, feature: PooledFeature, values: Numbers, exchange: Exchange): Float64Array | undefined {
    const { name, of, fills } = feature, { steps } = this.#prepared, { pools } = exchange, t = this.#t;
    const levels = fillLevels(exchange.features, of).map((one): Level => ({
      feature: one,
      by: one.by.map((column) => this.#numbersOf(frame, column)),
      codes: this.#codesOf(frame, one.by),
    }));
    const heard = (pool: (level: Level) => string, tell: (writer: PoolWriter, level: Level) => void) =>
      levels.map((level) => exchange.hears(pool(level), name, (writer) => tell(writer, level))).every(Boolean);
    const isTold = heard(
      ({ feature: { by } }) => toldPool(of, by),
      (writer, level) => tellTold(writer, level, t, steps, values),
    );
    // Who asks, and what is answered, comes after; if nobody asks, `withAnswers` answers.
    if (!isTold) exchange.more = true;
    if (!isTold) return undefined;
    let asking = false;
    const isAsked = heard(({ feature: { by } }) => askPool(of, by), (writer) => {
      // All levels at once: which one is asked depends on those before it.
      if (!asking) tellAsks(writer, levels, pools, t, steps, values);
      asking = true;
    });
    if (!isAsked) return undefined;
    const isAnswered = heard(
      ({ feature: { by } }) => valuePool(of, by),
      (writer, level) => tellValues(writer, level, pools, t, values),
    );
    if (!isAnswered) return undefined;
    const level = levels.find((one) => one.feature === feature)!;
    return borrowed(this.#numbersOf(frame, fills!), level, pools, t);
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
