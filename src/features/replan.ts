/**
 * What another plan changes: which features follow from the planned columns, and how to compute those of a few series
 * alone, with the same bits as if the whole panel had been built again.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Feature, PooledFeature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";
import { buildFeatures } from "@/features/build.ts";

/** How the features of a dataset depend on its plan. */
export interface PlanDependence {
  /** Features of the table that another plan may change, in the table's order. */
  readonly changing: readonly string[];
  /** What must be computed for them, in order: they and what they read, without what comes from other series. */
  readonly needed: readonly Feature[];
  /** Features that look at all series through an expression: brought along for every row. */
  readonly acrossSeries: readonly string[];
  /** Features that fill gaps from other series: brought along for the rows that are forecast. */
  readonly filled: readonly string[];
  /** Columns of the panel that are read. */
  readonly columns: readonly string[];
}

/** The name under which a value that comes from other series is brought along. */
const brought = (name: string): string => `${name}__brought`;

/**
 * Finds what a plan changes. What other series contribute (medians that fill gaps, shares of open days) is taken as it
 * is under the usual plan of all series.
 *
 * @param features All features of a recipe, helpers included, in their order.
 * @throws {TypeError} If a feature that a plan changes pools series in a way that one series alone cannot tell.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { planDependence, recipe } from "@/features/mod.ts";
 *
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 42, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static", promo: "known" }, levels: {}, metric: "rmspe", allowsNegative: false, events: ["promo"],
 *   targetTransform: "log1p", encodings: [["store"], ["store", "promo"]], slices: [], unit: "EUR a day",
 * } as const;
 * const { changing } = planDependence(recipe(profile), profile);
 * expect(changing).toContain("promo_until");
 * expect(changing).not.toContain("y_lag_year");
 * ```
 */
export function planDependence(features: readonly Feature[], profile: DatasetProfile): PlanDependence {
  const dependent = new Set(Object.keys(profile.roles).filter((name) => profile.roles[name] === "known"));
  for (const feature of features) if (readsPlan(feature, dependent)) dependent.add(feature.name);
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const feature = byName.get(name);
    // A known column passes under its own name: it reads itself.
    if (feature === undefined || wanted.has(name)) return;
    wanted.add(name);
    if (feature.acrossSeries !== true) { for (const other of feature.reads) want(other); }
  };
  for (const { name } of features) if (dependent.has(name)) want(name);
  const chain = features.filter(({ name }) => wanted.has(name));
  const acrossSeries = chain.filter((one) => one.acrossSeries === true).map(({ name }) => name);
  const filled = chain.filter((one): one is PooledFeature => one.form === "pooled").map(({ name }) => name);
  const uncertain = new Set(filled);
  for (const feature of chain) {
    if (feature.reads.some((name) => uncertain.has(name))) uncertain.add(feature.name);
    const pools = feature.form === "pooled" && feature.fills === undefined ||
      feature.form === "frozen" && !profile.keys.every((key) => feature.by.includes(key));
    const looksBack = feature.form === "frozen" && uncertain.has(feature.of) ||
      feature.form === "lag_mean" && uncertain.has(feature.of) ||
      feature.form === "distance" && uncertain.has(feature.flag);
    if (pools || looksBack || feature.reads.includes("phase")) {
      throw new TypeError(
        `Cannot tell how a plan changes "${feature.name}" from one series alone as it pools several, or the past of what is`,
      );
    }
  }
  const needed = chain.filter((one) => one.acrossSeries !== true)
    .map((feature) => feature.form === "pooled" ? coalesced(feature) : feature);
  const columns = Object.keys(profile.roles).filter((name) =>
    !profile.keys.includes(name) && (name === profile.openColumn || needed.some(({ reads }) => reads.includes(name)))
  );
  const changing = features.filter(({ name, helper }) => !helper && dependent.has(name)).map(({ name }) => name);
  return { changing, needed, acrossSeries, filled, columns };
}

/** Whether what a feature says of a day ahead follows from planned columns. */
function readsPlan(feature: Feature, dependent: ReadonlySet<string>): boolean {
  switch (feature.form) {
    // What is summarised is past; only which group a day ahead falls into is planned.
    case "frozen":
      return feature.by.some((name) => dependent.has(name));
    default:
      return feature.reads.some((name) => dependent.has(name));
  }
}

/** A gap's filler, as it was found among all series. */
function coalesced({ name, fills, reach }: PooledFeature): Feature {
  const own = pl.col(fills!).fillNan(pl.lit(null)), filler = pl.col(brought(name)).fillNan(pl.lit(null));
  return expression(name, own.fillNull(filler).fillNull(pl.lit(NaN)), {
    reads: [fills!, brought(name)],
    reach,
    helper: true,
  });
}

/** A series under a plan, for {@link replan}: its past and its plan, row after row. */
export interface PlannedSeries {
  /** Days since 1970 of its first row; the others follow step by step. */
  readonly firstDay: number;
  /** Sales per row; NaN where they are not known. */
  readonly y: Float64Array;
  /** Column of the panel → value per row. Texts are their positions in the profile's list, −1 or NaN for missing. */
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  /** Feature that looks across series → value per row. */
  readonly acrossSeries: Readonly<Record<string, ArrayLike<number>>>;
  /** Feature that fills gaps → value per row that is forecast. */
  readonly filled: Readonly<Record<string, ArrayLike<number>>>;
}

/** Where the forecast begins. */
export interface ReplanOptions {
  /** `YYYY-MM-DD`; the last `horizon` rows of every series are its steps from there on. */
  readonly origin: string;
  /** How many steps of each series are forecast, a positive integer. */
  readonly horizon: number;
}

/**
 * Computes what plans change, for a few series at once. The same series may come several times, under different plans.
 *
 * @returns Column of `dependence.changing` → `horizon` values per series, one series after the other.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { planDependence, recipe, replan } from "@/features/mod.ts";
 *
 * const profile = {
 *   name: "shop",
 *   frequency: "1d",
 *   horizon: 2,
 *   seasonLength: 7,
 *   yearLength: 364,
 *   keys: ["store"],
 *   roles: { store: "static", promo: "known" },
 *   levels: {},
 *   metric: "smape",
 *   allowsNegative: false,
 *   events: ["promo"],
 *   targetTransform: "identity",
 *   encodings: [],
 *   slices: [],
 *   unit: "units a day",
 * } as const;
 * const dependence = planDependence(recipe(profile), profile), days = 60;
 * const zeros = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, new Float64Array(days)]));
 * const planned = (promo: number) => ({
 *   firstDay: 0,
 *   y: Float64Array.from({ length: days }, (_, day) => day < 58 ? 5 : NaN),
 *   columns: { ...zeros(dependence.columns), promo: Float64Array.from({ length: days }, (_, day) => day < 58 ? 0 : promo) },
 *   acrossSeries: zeros(dependence.acrossSeries),
 *   filled: zeros(dependence.filled),
 * });
 * const values = replan([planned(0), planned(1)], dependence, profile, { origin: "1970-02-28", horizon: 2 });
 * expect([...values["promo"]!]).toEqual([0, 0, 1, 1]);
 * ```
 */
export function replan(
  series: readonly PlannedSeries[],
  { changing, needed, acrossSeries, filled, columns }: PlanDependence,
  profile: DatasetProfile,
  { origin, horizon }: ReplanOptions,
): Readonly<Record<string, Float32Array>> {
  const stride = profile.frequency === "1w" ? 7 : 1;
  const rows = series.reduce((sum, { y }) => sum + y.length, 0);
  const which = new Int32Array(rows), day = new Int32Array(rows), y = new Float64Array(rows);
  const values = new Map(columns.map((name) => [name, new Float64Array(rows)]));
  const across = new Map(acrossSeries.map((name) => [name, new Float64Array(rows)]));
  const fillers = new Map(filled.map((name) => [name, new Float64Array(rows).fill(NaN)]));
  let at = 0;
  series.forEach((one, k) => {
    const n = one.y.length;
    which.fill(k, at, at + n);
    for (let i = 0; i < n; i++) day[at + i] = one.firstDay + i * stride;
    y.set(one.y, at);
    for (const [name, column] of values) column.set(one.columns[name]!, at);
    for (const [name, column] of across) column.set(one.acrossSeries[name]!, at);
    for (const [name, column] of fillers) column.set(one.filled[name]!, at + n - horizon);
    at += n;
  });
  // Series are told apart by their position: the same one may be asked about under several plans.
  const [key, ...otherKeys] = profile.keys;
  const frame: DataFrame = pl.DataFrame([
    pl.Series("unique_id", which),
    pl.Series("ds", day),
    pl.Series("y", y),
    pl.Series(key!, which),
    ...otherKeys.map((name) => pl.Series(name, new Int32Array(rows))),
    ...Array.from(values, ([name, column]) => pl.Series(name, column)),
    ...Array.from(across, ([name, column]) => pl.Series(name, column)),
    ...Array.from(fillers, ([name, column]) => pl.Series(brought(name), column)),
  ]).withColumns(
    pl.col("unique_id").cast(pl.Utf8),
    pl.col("ds").cast(pl.Date),
    ...["y", ...columns, ...acrossSeries].map((name) => pl.col(name).fillNan(pl.lit(null))),
  );
  // Texts come as their codes already.
  const coded: DatasetProfile = { ...profile, levels: {} };
  const { frame: built } = buildFeatures({ frame, profile: coded, asOf: origin }, needed, {
    origin,
    horizon,
    direct: false,
    given: new Set([...acrossSeries]),
  });
  const ahead = built.filter(pl.col("block").eq(0));
  return Object.fromEntries(changing.map((name) => [name, ahead.getColumn(name).toTypedArray() as Float32Array]));
}
