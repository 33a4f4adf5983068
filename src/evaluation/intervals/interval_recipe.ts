/**
 * How a model's forecasts get their intervals: learnt from what became of earlier forecasts.
 *
 * @module
 */
import { conformalRadii } from "@/evaluation/conformal.ts";
import { type ErrorSpace, relativeError } from "@/evaluation/intervals/error_space.ts";
import type { IntervalWindow } from "@/evaluation/intervals/interval_rows.ts";
import { type CodedFactor, type ErrorSpread, fitSpread, spreadIn } from "@/evaluation/intervals/error_spread.ts";

/** What is true of a dataset's intervals before anything is learnt. */
export interface IntervalShape {
  /** How errors are told: as ratios of sales, or as shares of the forecast. */
  readonly space: ErrorSpace;
  /** Whether sales, and so their lower ends, can be below zero. */
  readonly allowsNegative: boolean;
  /** Steps ahead that share a spread. */
  readonly stepsPerBand: number;
}

/** Everything that turns a forecast into intervals; plain JSON that travels with the model. */
export interface IntervalRecipe extends IntervalShape {
  /** The version of this layout. */
  readonly format: 1;
  /** Names of the slices whose groups have a spread of their own, such as `promo`. */
  readonly slices: readonly string[];
  /** How large errors usually are, by series, band of steps, size of the forecast and slice. */
  readonly spread: ErrorSpread;
  /** Series → its seasonal naive error, where errors are told in shares of it. */
  readonly scales: Readonly<Record<string, number>>;
  /** Radius of the intervals of 1, 2, … 99 %, in multiples of the spread. */
  readonly radii: readonly number[];
  /** Rows that taught it. */
  readonly rows: number;
  /** Windows that taught it. */
  readonly windows: number;
}

/** So many of the newest windows teach at most: older ones would hardly count. */
const NEWEST = 12;

/** How much wider intervals are that one window length taught, since it cannot know how windows differ; of two, half of it. */
const FEW = 0.05;

/** Errors of a window that began this many window lengths before the newest one count for half: models and shops change. */
const HALF_LIFE = 1;

/**
 * Rows that a group must outweigh before its own errors count for half: a series has few, a weekday many, and what a few
 * windows say of a holiday is mostly about those windows.
 */
const PRIOR = { series: 20, other: 2000, share: 0.02 };

/**
 * Learns intervals from earlier windows: split conformal prediction, normalised by how hard a row is to foresee.
 *
 * The spread of errors is learnt per series, band of steps, size of the forecast and slice, each shrunk towards the whole
 * (`fitSpread`). Errors in multiples of that spread then say how wide intervals of each level must be (Papadopoulos 2008;
 * Lei et al. 2018). So that errors are not judged by a spread that they taught themselves, each window's are divided by
 * the spread of the other windows; of a single window, each half's by that of the other half. Recent windows count more
 * (Barber et al. 2023), and the fewer there are, the wider intervals become.
 *
 * @param past Out-of-sample forecasts that were made and came due before those that get the intervals.
 * @throws {RangeError} If there are no rows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervals, learnIntervals } from "@/evaluation/mod.ts";
 *
 * const n = 200;
 * const rows = {
 *   y: Float64Array.from({ length: n }, (_, k) => 100 + (k % 20)),
 *   yHat: new Float64Array(n).fill(110),
 *   series: Array<string>(n).fill("1"),
 *   step: Float64Array.from({ length: n }, (_, k) => 1 + (k % 10)),
 *   scale: new Float64Array(n).fill(8),
 *   slices: {},
 * };
 * const past = { origin: "2015-01-01", to: "2015-01-10", rows };
 * const shape = { space: "identity", allowsNegative: false, stepsPerBand: 5 } as const;
 * const recipe = learnIntervals([past], shape);
 * const { lo, hi } = intervals(recipe, 110, { series: "1", step: 3 }, [80])[80]!;
 * expect(lo).toBeGreaterThan(100);
 * expect(hi).toBeLessThan(120);
 * ```
 */
export function learnIntervals(past: readonly IntervalWindow[], shape: IntervalShape): IntervalRecipe {
  const windows = past.toSorted((a, b) => a.origin < b.origin ? -1 : 1).slice(-NEWEST);
  const coded = codeRows(windows, shape);
  const count = coded.sizes.length;
  if (count === 0) throw new RangeError("Cannot learn intervals as there is no earlier forecast to learn from");
  const other = Math.min(PRIOR.other, PRIOR.share * count);
  const prior = (factor: string) => factor === "series" ? PRIOR.series : other;
  const folds = Math.max(2, windows.length);
  const normalised = new Float64Array(count);
  for (let fold = 0; fold < folds; fold++) {
    const own = rowsWhere(coded.fold, (of) => of === fold), others = rowsWhere(coded.fold, (of) => of !== fold);
    const spread = fitSpread(coded.sizes, coded.factors, { prior, rows: others });
    const expected = expectedSizes(spread, coded.factors, own);
    for (let i = 0; i < own.length; i++) normalised[own[i]!] = coded.sizes[own[i]!]! / expected[i]!;
  }
  const levels = Array.from({ length: 99 }, (_, k) => (k + 1) / 100);
  const counts = recency(windows);
  const weights = Float64Array.from(coded.window, (w) => counts[w]!);
  const most = normalised.reduce((most, size) => Math.max(most, size), 0);
  return {
    ...shape,
    format: 1,
    slices: coded.slices,
    spread: fitSpread(coded.sizes, coded.factors, { prior }),
    scales: shape.space === "identity" ? newestScales(windows) : {},
    // With too few errors for a level, the largest of them has to do.
    radii: conformalRadii(normalised, levels, { weights })
      .map((radius) => Math.min(radius, most) * (1 + FEW / lengthsOf(windows))),
    rows: count,
    windows: windows.length,
  };
}

/**
 * The groups that a row belongs to, by factor: its series, its band of steps, its size, its slices.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { rowGroups } from "@/evaluation/intervals/interval_recipe.ts";
 *
 * const row = { series: "7", step: 9, slices: { promo: "1" } };
 * expect(rowGroups(100, row, 7)).toEqual({ series: "7", step_band: "1", size_band: "6", promo: "1" });
 * ```
 */
export function rowGroups(
  yHat: number,
  { series, step, slices }: {
    readonly series: string;
    readonly step: number;
    readonly slices: Readonly<Record<string, string>>;
  },
  stepsPerBand: number,
): Record<string, string> {
  return { series, step_band: stepBand(step, stepsPerBand), size_band: sizeBand(yHat), ...slices };
}

const stepBand = (step: number, stepsPerBand: number) => String(Math.floor((step - 1) / stepsPerBand));

/** Doublings of one unit: errors of small forecasts are relatively larger. */
const sizeBand = (yHat: number) => String(Math.floor(Math.log2(Math.max(1, Math.abs(yHat)))));

interface CodedRows {
  readonly sizes: Float64Array;
  readonly factors: Readonly<Record<string, CodedFactor>>;
  readonly slices: readonly string[];
  readonly window: Int32Array;
  /** The fold of each row, for cross-fitting. */
  readonly fold: Int32Array;
}

function codeRows(windows: readonly IntervalWindow[], { space, stepsPerBand }: IntervalShape): CodedRows {
  const count = windows.reduce((sum, { rows }) => sum + rows.y.length, 0);
  const slices = Object.keys(windows[0]?.rows.slices ?? {});
  const sizes = new Float64Array(count), fold = new Int32Array(count), at = new Int32Array(count);
  const coders = Object.fromEntries(
    ["series", "step_band", "size_band", ...slices].map((name) => [name, coder(count)]),
  );
  let row = 0;
  windows.forEach(({ rows: window }, w) => {
    const last = Array.from(window.step).reduce((most, step) => Math.max(most, step), 0);
    for (let i = 0; i < window.y.length; i++, row++) {
      const yHat = window.yHat[i]!, step = window.step[i]!;
      sizes[row] = Math.abs(relativeError(window.y[i]!, yHat, window.scale[i]!, space));
      if (!Number.isFinite(sizes[row]!)) {
        throw new RangeError(
          `Cannot learn intervals as outcomes and forecasts must be finite: see row ${i} of window ${w}`,
        );
      }
      at[row] = w;
      fold[row] = windows.length > 1 ? w : Number(step > last / 2);
      coders.series!.put(row, window.series[i]!);
      coders.step_band!.put(row, stepBand(step, stepsPerBand));
      coders.size_band!.put(row, sizeBand(yHat));
      for (const slice of slices) coders[slice]!.put(row, window.slices[slice]![i]!);
    }
  });
  const told = slices.filter((slice) => repeats(windows, slice));
  const factors = Object.fromEntries(
    Object.entries(coders).filter(([name]) => !slices.includes(name) || told.includes(name)),
  );
  return { sizes, window: at, fold, slices: told, factors };
}

/**
 * Whether windows meet most groups of a slice again and again. Of months each window sees other ones: what was special about
 * a month cannot be told from what was special about its window.
 */
function repeats(windows: readonly IntervalWindow[], slice: string): boolean {
  const seen = windows.map(({ rows }) => new Set(rows.slices[slice]));
  const all = seen.reduce((all, own) => all.union(own), new Set<string>());
  return seen.reduce((sum, own) => sum + own.size, 0) >= all.size * windows.length / 2;
}

function rowsWhere(fold: Int32Array, test: (fold: number) => boolean): Uint32Array {
  const rows = new Uint32Array(fold.length);
  let count = 0;
  for (let row = 0; row < fold.length; row++) if (test(fold[row]!)) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Gives every name that it meets the next code. */
function coder(count: number): CodedFactor & { put(row: number, name: string): void } {
  const names: string[] = [], known = new Map<string, number>(), codes = new Int32Array(count);
  return {
    names,
    codes,
    put(row, name) {
      let code = known.get(name);
      if (code === undefined) {
        code = names.push(name) - 1;
        known.set(name, code);
      }
      codes[row] = code;
    },
  };
}

function expectedSizes(
  { base, factors: logs }: ErrorSpread,
  factors: Readonly<Record<string, CodedFactor>>,
  rows: Uint32Array,
): Float64Array {
  const expected = new Float64Array(rows.length).fill(base);
  for (const [name, { names, codes }] of Object.entries(factors)) {
    const multipliers = names.map((group) => Math.exp(logs[name]?.[group] ?? 0));
    for (let i = 0; i < rows.length; i++) expected[i]! *= multipliers[codes[rows[i]!]!]!;
  }
  return expected;
}

/** How much each window counts: 1 for the newest, half as much for every half-life that another began before it. */
function recency(windows: readonly IntervalWindow[]): number[] {
  const newest = Math.max(...windows.map(({ origin }) => dayOf(origin)));
  return windows.map(({ origin }) => 0.5 ** ((newest - dayOf(origin)) / (HALF_LIFE * lengthOf(windows))));
}

/** How many windows that do not overlap would cover the same time. */
function lengthsOf(windows: readonly IntervalWindow[]): number {
  const first = Math.min(...windows.map(({ origin }) => dayOf(origin)));
  const last = Math.max(...windows.map(({ to }) => dayOf(to)));
  return (last - first + 1) / lengthOf(windows);
}

/** Days of the longest window. */
const lengthOf = (windows: readonly IntervalWindow[]) =>
  Math.max(...windows.map(({ origin, to }) => dayOf(to) - dayOf(origin) + 1));

const dayOf = (date: string) => Date.parse(date) / 86_400_000;

/** The scale of each series in the newest window that knows it. */
function newestScales(windows: readonly IntervalWindow[]): Record<string, number> {
  const scales: Record<string, number> = {};
  for (const { rows: { series, scale } } of windows) {
    series.forEach((name, row) => {
      if (scale[row]! > 0) scales[name] = scale[row]!;
    });
  }
  return scales;
}

/** The spread of one row by the recipe. */
export function rowSpread(
  { spread, stepsPerBand }: IntervalRecipe,
  yHat: number,
  row: { readonly series: string; readonly step: number; readonly slices: Readonly<Record<string, string>> },
): number {
  return spreadIn(spread, rowGroups(yHat, row, stepsPerBand));
}
