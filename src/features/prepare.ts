/**
 * The prepared panel: every column a number, time cut into forecast blocks, and the target as models see it.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";

/** Where time is cut: block 0 starts at the origin, and every block has `horizon` steps. */
export interface Blocks {
  /** The date at which block 0 starts, `YYYY-MM-DD`. */
  readonly origin: string;
  readonly horizon: number;
  /**
   * Series ids in the order of their codes in an earlier table, so that codes stay the same; new series are numbered
   * after them. Without it, codes follow the panel's order.
   */
  readonly series?: readonly string[];
}

/** A panel ready for features. */
export interface PreparedPanel {
  readonly frame: DataFrame;
  readonly profile: DatasetProfile;
  /** Steps on the global time axis. */
  readonly steps: number;
  /** Days since 1970 of step 0. */
  readonly firstDay: number;
  /** Days from one step to the next. */
  readonly stride: number;
}

/** The columns that `prepare` adds; a dataset may not have columns of these names. */
export const HELPER_COLUMNS = [
  "row",
  "series",
  "t",
  "block",
  "step",
  "pos",
  "left",
  "week",
  "target",
  "sales",
] as const;

const DAY = 86_400_000;

/** Days since 1970-01-01 of a date written `YYYY-MM-DD`. */
export function dayNumber(date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY;
  if (!Number.isInteger(day)) throw new RangeError(`Cannot read a date as it must be YYYY-MM-DD: found "${date}"`);
  return day;
}

/**
 * Turns a panel into numbers: text becomes its code, and helper columns say where in time a row stands.
 *
 * Added columns: `row` (position), `series` (0, 1, … in the panel's order), `t` (steps since the panel's first date),
 * `block` and `step` (see {@link Blocks}; `step` runs from 1 to the horizon), `pos` and `left` (steps since the series'
 * first row, and to its last), `week` (weeks since 1970, from Monday), `target` (the transformed y: null where y is
 * unknown, where the series does not trade, and where a trading day sold nothing), `sales` (y where `target` is known).
 *
 * @throws {RangeError} If the origin is off the panel's grid of dates, or the horizon is not a positive integer.
 * @throws {TypeError} If the panel is not sorted and regular, or has a column named like a helper.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { prepare } from "@/features/prepare.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "1", "1"], ds: [0, 1, 2], y: [5, 0, 7], store: [1, 1, 1] })
 *   .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 2, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static" }, levels: {}, metric: "smape", allowsNegative: false, events: [],
 *   targetTransform: "log1p", encodings: [], slices: [], unit: "units a day",
 * } as const;
 * const prepared = prepare({ frame, profile, asOf: "1970-01-04" }, { origin: "1970-01-03", horizon: 2 });
 * expect(prepared.frame.getColumn("block").toArray()).toEqual([-1, -1, 0]);
 * expect(prepared.frame.getColumn("step").toArray()).toEqual([1, 2, 1]);
 * ```
 */
export function prepare({ frame, profile }: Panel, { origin, horizon, series }: Blocks): PreparedPanel {
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(`Cannot cut time into blocks as the horizon must be a positive integer: found ${horizon}`);
  }
  const taken = HELPER_COLUMNS.filter((name) => frame.columns.includes(name));
  if (taken.length > 0) {
    throw new TypeError(`Cannot prepare the panel as its columns are named like helpers: ${taken.join(", ")}`);
  }
  const stride = profile.frequency === "1w" ? 7 : 1;
  const days = frame.select(
    pl.col("ds").cast(pl.Int32).min().alias("first"),
    pl.col("ds").cast(pl.Int32).max().alias("last"),
  ).row(0) as [number | null, number | null];
  const firstDay = days[0] ?? 0, lastDay = days[1] ?? -stride;
  const away = dayNumber(origin) - firstDay;
  if (away % stride !== 0) {
    throw new RangeError(
      `Cannot start block 0 at ${origin} as it must be a whole number of ${stride}-day steps ` +
        `from the panel's first date: it is ${away} days away`,
    );
  }
  const originStep = away / stride;
  const int = (expr: Expr) => expr.cast(pl.Int32);

  let made = frame.withColumns(
    int(pl.intRange(0, frame.height)).alias("row"),
    int(int(pl.col("ds")).sub(firstDay).div(stride)).alias("t"),
    int(pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true))).alias("starts"),
    ...Object.entries(profile.levels).filter(([name]) => frame.columns.includes(name)).map(([name, levels]) =>
      codeOf(name, levels)
    ),
  );
  made = made.withColumns(
    int(pl.col("starts").cumSum().sub(1)).alias("series"),
    int(pl.col("t").sub(originStep).div(horizon).floor()).alias("block"),
    int(int(pl.col("ds")).add(3).div(7).floor()).alias("week"),
    targetOf(profile).alias("target"),
    pl.when(pl.col("starts").eq(1)).then(pl.col("row")).otherwise(pl.lit(null)).forwardFill().alias("first_row"),
    pl.when(pl.col("starts").shift(-1).fillNull(1).eq(1)).then(pl.col("row")).otherwise(pl.lit(null)).backwardFill()
      .alias("last_row"),
  );
  made = made.withColumns(
    int(pl.col("t").sub(originStep).sub(pl.col("block").mul(horizon)).add(1)).alias("step"),
    int(pl.col("row").sub(pl.col("first_row"))).alias("pos"),
    int(pl.col("last_row").sub(pl.col("row"))).alias("left"),
    pl.when(pl.col("target").isNotNull()).then(pl.col("y")).otherwise(pl.lit(null)).alias("sales"),
  );
  assertRegular(made);
  if (series !== undefined) made = made.withColumns(keptCodes(made, series));
  return {
    frame: made.drop("starts", "first_row", "last_row"),
    profile,
    steps: (lastDay - firstDay) / stride + 1,
    firstDay,
    stride,
  };
}

/** The transformed target: null wherever a model could learn nothing about trading from it. */
function targetOf(profile: DatasetProfile): Expr {
  const y = pl.col("y").cast(pl.Float64);
  const value = profile.targetTransform === "log1p" ? y.log1p() : y;
  if (profile.openColumn === undefined) return value;
  // A day without trade says nothing about how much a trading day sells; a trading day without sales is as singular.
  return pl.when(pl.col(profile.openColumn).gt(0).and(y.neq(0))).then(value).otherwise(pl.lit(null));
}

/** A text column as the positions of its values in the profile's list; null where the value is missing or unlisted. */
function codeOf(name: string, levels: readonly string[]): Expr {
  const codes = levels.map((_, code) => code);
  return pl.col(name).cast(pl.Utf8).replaceStrict([...levels], codes, pl.lit(null), pl.Int32).alias(name);
}

/** Series codes as an earlier table had them; ids that it did not have follow in the panel's order. */
function keptCodes(frame: DataFrame, known: readonly string[]): Expr {
  const ids = frame.filter(pl.col("pos").eq(0)).getColumn("unique_id").toArray() as string[];
  const code = new Map(known.map((id, at) => [id, at]));
  for (const id of ids) if (!code.has(id)) code.set(id, code.size);
  return pl.col("series").replaceStrict(ids.map((_, at) => at), ids.map((id) => code.get(id)!), pl.lit(null), pl.Int32)
    .alias("series");
}

function assertRegular(frame: DataFrame): void {
  const jump = frame.filter(pl.col("pos").gt(0).and(pl.col("t").sub(pl.col("t").shift(1)).neq(1))).head(1);
  if (jump.height > 0) {
    const [id, ds] = jump.select("unique_id", "ds").row(0);
    throw new TypeError(
      `Cannot prepare the panel as every series must be sorted and have one row per step: ` +
        `series "${id}" jumps at ${(ds as Date).toISOString().slice(0, 10)}`,
    );
  }
}
