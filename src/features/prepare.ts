/**
 * The prepared panel: every column a number, time cut into forecast blocks, and the target as models see it.
 *
 * @module
 */
import pl, { type DataFrame, type Expr, type Series } from "nodejs-polars";
import type { DatasetProfile, Panel } from "@/core/panel.ts";

/** Where time is cut: block 0 starts at the origin, and every block has `horizon` steps. */
export interface Blocks {
  /** The date at which block 0 starts, `YYYY-MM-DD`. */
  readonly origin: string;
  /** Steps per block, a positive integer. */
  readonly horizon: number;
  /**
   * Series ids in the order of their codes in an earlier table, so that codes stay the same; new series are numbered
   * after them. Without it, codes follow the panel's order.
   */
  readonly series?: readonly string[];
  /** The first and the last date of the whole panel, `YYYY-MM-DD`, where the frame holds a part of its series. */
  readonly extent?: { readonly first: string; readonly last: string };
}

/** A panel ready for features. */
export interface PreparedPanel {
  /** The panel's rows in their order, every column but `unique_id` and `ds` a number, with the helpers of `prepare`. */
  readonly frame: DataFrame;
  /** The panel's profile, as it was given. */
  readonly profile: DatasetProfile;
  /** Steps on the global time axis. */
  readonly steps: number;
  /** Days since 1970 of step 0. */
  readonly firstDay: number;
  /** Days from one step to the next. */
  readonly stride: number;
  /** The blocks of the first and the last step. */
  readonly blocks: { readonly first: number; readonly last: number };
}

/** The columns that `prepare` adds; a dataset may not have columns of these names. */
const HELPER_COLUMNS = [
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

/**
 * Days since 1970-01-01 of a date written `YYYY-MM-DD`.
 *
 * @throws {RangeError} If it is not such a date.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { dayNumber } from "@/features/prepare.ts";
 *
 * expect(dayNumber("1970-01-31")).toBe(30);
 * expect(() => dayNumber("31.1.1970")).toThrow("YYYY-MM-DD");
 * ```
 */
export function dayNumber(date: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) / DAY : NaN;
  if (!Number.isInteger(day)) throw new RangeError(`Cannot read a date as it must be YYYY-MM-DD: found "${date}"`);
  return day;
}

/**
 * Turns a panel into numbers: text becomes its code, and helper columns say where in time a row stands.
 *
 * Added columns: `series` (0, 1, … in the panel's order), `t` (steps since the panel's first date),
 * `block` and `step` (see {@link Blocks}; `step` runs from 1 to the horizon), `pos` and `left` (steps since the series'
 * first row, and to its last), `week` (weeks since 1970, from Monday), `phase` (position in the season, 0 to its length − 1), `target` (the transformed y: null where y is
 * unknown, where the series does not trade, and where a trading day sold nothing), `sales` (y where `target` is known).
 *
 * @throws {RangeError} If the origin is off the panel's grid of dates, the horizon is not a positive integer, or there are
 * no rows.
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
export function prepare({ frame, profile }: Panel, { origin, horizon, series, extent: whole }: Blocks): PreparedPanel {
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(`Cannot cut time into blocks as the horizon must be a positive integer: found ${horizon}`);
  }
  const taken = HELPER_COLUMNS.filter((name) => frame.columns.includes(name));
  if (taken.length > 0) {
    throw new TypeError(`Cannot prepare the panel as its columns are named like helpers: ${taken.join(", ")}`);
  }
  const stride = profile.frequency === "1w" ? 7 : 1;
  const day: Int32Array = frame.select(pl.col("ds").cast(pl.Int32).alias("ds")).getColumn("ds").toTypedArray();
  const starts: Int32Array = frame.select(
    pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true)).cast(pl.Int32).alias("starts"),
  ).getColumn("starts").toTypedArray();
  const span = whole === undefined ? extent(day) : { first: dayNumber(whole.first), last: dayNumber(whole.last) };
  const away = dayNumber(origin) - span.first;
  if (away % stride !== 0) {
    throw new RangeError(
      `Cannot start block 0 at ${origin} as it must be a whole number of ${stride}-day steps ` +
        `from the panel's first date: it is ${away} days away`,
    );
  }
  const places = placesOf(day, starts, {
    firstDay: span.first,
    stride,
    origin: away / stride,
    horizon,
    season: profile.seasonLength,
  });
  if (places.jump >= 0) {
    const [id, ds] = frame.slice(places.jump, 1).select("unique_id", "ds").row(0) as [string, Date];
    throw new TypeError(
      `Cannot prepare the panel as every series must be sorted and have one row per step: ` +
        `series "${id}" jumps at ${new Date(ds).toISOString().slice(0, 10)}`,
    );
  }
  const text = Object.entries(profile.levels).filter(([name]) => frame.columns.includes(name));
  const isStatic = ([name]: readonly [string, unknown]) => profile.roles[name] === "static";
  const firstRows = frame.select("unique_id", ...text.filter(isStatic).map(([name]) => name))
    .withColumns(pl.Series("starts", starts)).filter(pl.col("starts").eq(1));
  const codes = keptCodes(firstRows.getColumn("unique_id").toArray() as string[], series);
  const made = frame.withColumns(
    pl.Series("series", places.series.map((at) => codes[at]!)),
    pl.Series("t", places.t),
    pl.Series("block", places.block),
    pl.Series("step", places.step),
    pl.Series("pos", places.pos),
    pl.Series("left", places.left),
    pl.Series("week", places.week),
    pl.Series("phase", places.phase),
    // A static text is looked up once per series.
    ...text.filter(isStatic).map(([name, levels]) => staticCodes(firstRows, name, levels, places.series)),
  );
  return {
    frame: made.withColumns(
      ...text.filter((entry) => !isStatic(entry)).map(([name, levels]) => codeOf(name, levels)),
      targetOf(profile).alias("target"),
    ).withColumns(pl.when(pl.col("target").isNotNull()).then(pl.col("y")).otherwise(pl.lit(null)).alias("sales")),
    profile,
    steps: (span.last - span.first) / stride + 1,
    blocks: {
      first: Math.floor(-away / stride / horizon),
      last: Math.floor((span.last - span.first - away) / stride / horizon),
    },
    firstDay: span.first,
    stride,
  };
}

function extent(day: Int32Array): { readonly first: number; readonly last: number } {
  if (day.length === 0) throw new RangeError("Cannot prepare the panel as it must have at least one row: it is empty");
  let first = day[0]!, last = day[0]!;
  for (const one of day) {
    if (one < first) first = one;
    if (one > last) last = one;
  }
  return { first, last };
}

/** Where in time every row stands, in one pass over the dates: eight columns that depend on one another. */
function placesOf(
  day: Int32Array,
  starts: Int32Array,
  { firstDay, stride, origin, horizon, season }: {
    readonly firstDay: number;
    readonly stride: number;
    readonly origin: number;
    readonly horizon: number;
    readonly season: number;
  },
) {
  const n = day.length;
  const column = () => new Int32Array(n);
  const series = column(), t = column(), block = column(), step = column(), pos = column(), left = column();
  const week = column(), phase = column();
  let jump = -1;
  for (let i = 0; i < n; i++) {
    const first = starts[i] === 1;
    week[i] = Math.floor((day[i]! + 3) / 7); // 1970-01-01 was a Thursday
    if (first) {
      series[i] = i === 0 ? 0 : series[i - 1]! + 1;
      t[i] = (day[i]! - firstDay) / stride;
      block[i] = Math.floor((t[i]! - origin) / horizon);
      step[i] = t[i]! - origin - block[i]! * horizon + 1;
      phase[i] = t[i]! % season;
      continue;
    }
    // One step on from the row before: counting costs a tenth of dividing.
    if (jump < 0 && day[i]! - day[i - 1]! !== stride) jump = i;
    const nextBlock = step[i - 1] === horizon;
    series[i] = series[i - 1]!;
    pos[i] = pos[i - 1]! + 1;
    t[i] = t[i - 1]! + 1;
    block[i] = block[i - 1]! + (nextBlock ? 1 : 0);
    step[i] = nextBlock ? 1 : step[i - 1]! + 1;
    phase[i] = phase[i - 1] === season - 1 ? 0 : phase[i - 1]! + 1;
  }
  for (let i = n - 1; i >= 0; i--) left[i] = i === n - 1 || starts[i + 1] === 1 ? 0 : left[i + 1]! + 1;
  return { series, t, block, step, pos, left, week, phase, jump };
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
  return pl.col(name).cast(pl.Utf8).replaceStrict([...levels], levels.map((_, code) => code), pl.lit(null), pl.Int32)
    .alias(name);
}

function staticCodes(firstRows: DataFrame, name: string, levels: readonly string[], series: Int32Array): Series {
  const values = firstRows.getColumn(name).toArray() as (string | null)[];
  const codes = Float32Array.from(values, (value) => {
    const code = value === null ? -1 : levels.indexOf(value);
    return code < 0 ? NaN : code;
  });
  const spread = new Float32Array(series.length);
  // A plain loop: Float32Array.from takes ten times as long over a million rows.
  for (let i = 0; i < spread.length; i++) spread[i] = codes[series[i]!]!;
  return pl.Series(name, spread);
}

/** Series codes as an earlier table had them; ids that it did not have follow in the panel's order. */
function keptCodes(ids: readonly string[], known: readonly string[] = []): Int32Array {
  const code = new Map(known.map((id, at) => [id, at]));
  for (const id of ids) if (!code.has(id)) code.set(id, code.size);
  return Int32Array.from(ids, (id) => code.get(id)!);
}
