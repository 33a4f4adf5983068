/**
 * The leak prover: evidence, rather than a promise, that no feature knows the future.
 *
 * @module
 */
import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { Feature, Reach } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { random } from "@/core/random.ts";
import { buildFeatures } from "@/features/build.ts";
import { dayNumber } from "@/features/prepare.ts";

/** One feature caught reading what it must not. */
export interface Guilty {
  /** The feature's name. */
  readonly feature: string;
  /** The observed column that it read too young values of. */
  readonly column: string;
  /** The reach that the feature declares, and does not keep to. */
  readonly reach: Reach;
  /**
   * By how many steps it peeks: how much younger its youngest value is than it declares; where it declares the origin,
   * or to read nothing observed, how many steps after the origin that value lies (1 for the origin's own).
   */
  readonly peeks: number;
  /** The first row, in the panel's order, that gave it away. */
  readonly firstRow: { readonly unique_id: string; readonly ds: string };
}

/** What the prover found. */
export interface LeakVerdict {
  /** Whether no feature was caught at any origin. */
  readonly passed: boolean;
  /** Features whose every row was compared. */
  readonly checked: number;
  /** The dates that the prover stood at, as it was asked. */
  readonly origins: readonly string[];
  /** Each feature and column once, where it peeks furthest over all origins; empty if passed. */
  readonly guilty: readonly Guilty[];
}

/** What the prover is asked. */
export interface ProofOptions {
  /** Dates to stand at, `YYYY-MM-DD`: each needs rows at or after it. */
  readonly origins: readonly string[];
  /** Steps per forecast block, a positive integer. */
  readonly horizon: number;
  /** Same seed, same noise. */
  readonly seed: number;
  /** How many series to look at, spread evenly over the panel; all of them by default. */
  readonly series?: number;
}

/**
 * Proves that features read nothing that is unknown when the forecast is made.
 *
 * At each origin every observed value from that date on becomes noise (y, customers, …: closed days and gaps as well),
 * the features are built again, and every row that by its declared reach cannot have read those values must be the same
 * to the last bit. Only when one is not, each observed column and start of the noise is tried alone, to name the
 * culprit. Twice the cost of building the features per origin.
 *
 * @throws {RangeError} If an origin has no row at or after it, so that nothing would be proved, or none before it.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { lag, proveNoLeak } from "@/features/mod.ts";
 *
 * const frame = pl.DataFrame({ unique_id: ["1", "1", "1"], ds: [0, 1, 2], y: [5, 6, 7], store: [1, 1, 1] })
 *   .withColumns(pl.col("ds").cast(pl.Int32).cast(pl.Date));
 * const profile = {
 *   name: "shop", frequency: "1d", horizon: 1, seasonLength: 7, yearLength: 364, keys: ["store"],
 *   roles: { store: "static" }, levels: {}, metric: "smape", allowsNegative: false, events: [],
 *   targetTransform: "identity", encodings: [], slices: [], unit: "units a day",
 * } as const;
 * const panel = { frame, profile, asOf: "1970-01-04" };
 * const ask = { origins: ["1970-01-02"], horizon: 1, seed: 1 };
 * expect(proveNoLeak(panel, [lag(1)], ask).passed).toBe(true);
 *
 * const liar = { ...lag(1), reach: 2 };
 * const [guilty] = proveNoLeak(panel, [liar], ask).guilty;
 * expect(guilty).toMatchObject({ feature: "y_lag1", column: "y", peeks: 1 });
 * ```
 */
export function proveNoLeak(
  panel: Panel,
  features: readonly Feature[],
  { origins, horizon, seed, series = Infinity }: ProofOptions,
): LeakVerdict {
  const sample = sampled(panel, series);
  const guilty = origins.flatMap((origin) => guiltyAt(sample, features, { origin, horizon, seed }));
  const named = new Map<string, Guilty>();
  for (const one of guilty) {
    const key = `${one.feature}|${one.column}`, before = named.get(key);
    if (before === undefined || one.peeks > before.peeks) named.set(key, one);
  }
  return {
    passed: guilty.length === 0,
    checked: features.filter(({ helper }) => !helper).length,
    origins,
    guilty: [...named.values()],
  };
}

interface Stand {
  readonly origin: string;
  readonly horizon: number;
  readonly seed: number;
}

/** Looks for features that noise from the origin on changes where it must not. */
function guiltyAt(panel: Panel, features: readonly Feature[], { origin, horizon, seed }: Stand): Guilty[] {
  const offsets = stepsFromOrigin(panel, origin);
  assertProvable(offsets, origin);
  const build = (frame: DataFrame, which: readonly Feature[]) =>
    buildFeatures({ ...panel, frame }, which, { origin, horizon, direct: false });
  const noised = (columns: readonly string[], from: number) => withNoise(panel, columns, offsets, from, seed);
  const honest = build(panel.frame, features);
  const observed = observedColumns(panel);

  const changed = changedFeatures(honest, build(noised(observed, 0), features), offsets, horizon);
  return changed.flatMap((feature) => {
    const needed = requirements(feature, features);
    const alone = build(panel.frame, needed);
    return observed.flatMap((column) => {
      const first = (from: number) =>
        firstChange(alone, build(noised([column], from), needed), feature, offsets, horizon);
      const row = first(0);
      if (row < 0) return [];
      const at = offsets[row]!, newest = newestRead((from) => rowChanged(from, column, row), 0, largest(offsets));
      return [{
        feature: feature.name,
        column,
        reach: feature.reach,
        peeks: typeof feature.reach === "number" && Number.isFinite(feature.reach)
          ? feature.reach - (at - newest)
          : newest + 1,
        firstRow: placeOf(panel, row),
      }];
    });

    /** Whether noise from `from` steps after the origin on changes the feature in one row. */
    function rowChanged(from: number, column: string, row: number): boolean {
      const before = valuesOf(alone, feature.name),
        after = valuesOf(build(noised([column], from), needed), feature.name);
      return !Object.is(before[row], after[row]);
    }
  });
}

/** The newest step, counted from the origin, whose value still changes the row: noise that starts later does not. */
function newestRead(changes: (from: number) => boolean, from: number, to: number): number {
  let low = from, high = to + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (changes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** y, and every column whose future is unknown. */
function observedColumns({ frame, profile }: Panel): string[] {
  const observed = Object.keys(profile.roles).filter((name) => profile.roles[name] === "observed");
  return ["y", ...observed].filter((name) => frame.columns.includes(name));
}

/** Shares of the noise that are no value at all, and no sale at all: counts and closed days must not hide a leak. */
const HOLES = 0.15, ZEROS = 0.15;

/** Replaces a column's values from some step on: every row gets another value than it had, closed days included. */
function withNoise(
  { frame, profile }: Panel,
  columns: readonly string[],
  offsets: Int32Array,
  from: number,
  seed: number,
): DataFrame {
  const noisy = columns.map((name, at): Series => {
    const stream = random(seed, at);
    const levels = profile.levels[name];
    const values = frame.getColumn(name).toArray() as unknown[];
    const made = values.map((value, row) => {
      // Drawn for every row, so that a value does not depend on where the noise starts.
      const kind = stream.next(), draw = stream.next();
      if (offsets[row]! < from) return value;
      if (kind < HOLES && value !== null) return null;
      if (levels !== undefined) {
        const others = levels.filter((level) => level !== value);
        return others[Math.floor(draw * others.length)] ?? null;
      }
      return kind < HOLES + ZEROS && value !== 0 ? 0 : 1 + Math.round(draw * 1e6) / 8;
    });
    return levels === undefined
      ? pl.Series(name, made as number[], pl.Float64)
      : pl.Series(name, made as string[], pl.Utf8);
  });
  return frame.withColumns(...noisy);
}

/** Each row's steps from the origin: 0 for the first step that is not known yet. */
function stepsFromOrigin({ frame, profile }: Panel, origin: string): Int32Array {
  const stride = profile.frequency === "1w" ? 7 : 1, start = dayNumber(origin);
  const days: Int32Array = frame.select(pl.col("ds").cast(pl.Int32).alias("ds")).getColumn("ds").toTypedArray();
  return days.map((day) => Math.floor((day - start) / stride));
}

/** Whether a feature's value in a row may depend on what lies at or after the origin. */
function mayKnow(reach: Reach, offset: number, horizon: number): boolean {
  if (reach === "origin") return offset >= horizon;
  return offset >= reach;
}

function changedFeatures(
  before: FeatureTable,
  after: FeatureTable,
  offsets: Int32Array,
  horizon: number,
): Feature[] {
  return before.features.filter((feature) => firstChange(before, after, feature, offsets, horizon) >= 0);
}

/** The first row that changed though it must not have, −1 where there is none. Bits are compared: NaN equals NaN. */
function firstChange(
  before: FeatureTable,
  after: FeatureTable,
  { name, reach }: Feature,
  offsets: Int32Array,
  horizon: number,
): number {
  const a = bitsOf(before, name), b = bitsOf(after, name);
  let first = -1;
  for (let row = 0; row < a.length; row++) {
    if (a[row] === b[row] || mayKnow(reach, offsets[row]!, horizon)) continue;
    // The earliest step names the largest peek of a feature that looks the same number of steps ahead everywhere.
    if (first < 0 || offsets[row]! < offsets[first]!) first = row;
  }
  return first;
}

function valuesOf({ frame }: FeatureTable, name: string): Float32Array<ArrayBuffer> {
  return frame.getColumn(name).toTypedArray();
}

function bitsOf(table: FeatureTable, name: string): Int32Array {
  const values = valuesOf(table, name);
  // One pattern for every NaN: hardware may sign them differently.
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) values[i] = NaN;
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** A feature with everything that it is made of, in order. */
function requirements(feature: Feature, features: readonly Feature[]): Feature[] {
  const needed = new Set([feature.name]);
  for (const other of [...features].reverse()) {
    if (needed.has(other.name)) other.reads.forEach((name) => needed.add(name));
  }
  return features.filter(({ name }) => needed.has(name));
}

/** Every so-manieth series, so that small and large, old and new ones are among them. */
function sampled(panel: Panel, series: number): Panel {
  if (series < 1) throw new RangeError(`Cannot prove anything with fewer than one series: asked for ${series}`);
  const { frame } = panel;
  const ids = frame.filter(pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true)))
    .getColumn("unique_id").toArray() as string[];
  if (ids.length <= series) return panel;
  const chosen = Array.from({ length: series }, (_, k) => ids[Math.floor(k * ids.length / series)]!);
  return { ...panel, frame: frame.filter(pl.col("unique_id").isIn(chosen)) };
}

function assertProvable(offsets: Int32Array, origin: string): void {
  const after = offsets.some((offset) => offset >= 0), before = offsets.some((offset) => offset < 0);
  if (after && before) return;
  throw new RangeError(
    `Cannot prove anything at ${origin} as the panel must have rows on both sides of it: ` +
      `there are none ${after ? "before it" : "from it on"}`,
  );
}

function largest(offsets: Int32Array): number {
  return offsets.reduce((most, offset) => Math.max(most, offset), -Infinity);
}

function placeOf({ frame }: Panel, row: number): Guilty["firstRow"] {
  const [id, ds] = frame.slice(row, 1).select("unique_id", "ds").row(0) as [string, Date];
  return { unique_id: id, ds: new Date(ds).toISOString().slice(0, 10) };
}
