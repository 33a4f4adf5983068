import { awayFrom } from "@/evaluation/intervals/error_space.ts";
import { type IntervalRecipe, rowSpread } from "@/evaluation/intervals/interval_recipe.ts";
import type { ForecastRows, IntervalColumns } from "@/evaluation/intervals/interval_rows.ts";

/** What is known about one row besides its forecast. */
export interface IntervalRow {
  /** The id of its series. */
  readonly series: string;
  /** Steps ahead, 1 for the first. */
  readonly step: number;
  /** Slice → the row's group; slices that are left out count as usual. */
  readonly slices?: Readonly<Record<string, string | number>>;
  /** The series' seasonal naive error at the origin, where it is known newer than the recipe. */
  readonly scale?: number;
  /** The series does not trade: it sells nothing, and that is certain. */
  readonly closed?: boolean;
}

/** Where sales will probably be, in units of y. */
export interface Interval {
  /** The lower end. */
  readonly lo: number;
  /** The upper end. */
  readonly hi: number;
}

/**
 * Puts intervals around one forecast: between `lo` and `hi` lie the given percentages of outcomes.
 *
 * Wider levels hold narrower ones, and all of them hold the forecast; ends are never below zero where sales cannot be.
 *
 * @param recipe What earlier forecasts taught (`learnIntervals`).
 * @param forecast In units of y.
 * @param levels Whole percentages between 1 and 99.
 * @returns The interval of each level.
 * @throws {RangeError} If a level is not a whole percentage, or the forecast is not finite.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervals } from "@/evaluation/mod.ts";
 *
 * const recipe = {
 *   format: 1,
 *   space: "identity",
 *   allowsNegative: false,
 *   stepsPerBand: 7,
 *   slices: ["promo"],
 *   spread: { base: 0.1, factors: { promo: { "1": Math.log(2) } } },
 *   scales: {},
 *   radii: Array.from({ length: 99 }, (_, k) => (k + 1) / 80),
 *   rows: 1000,
 *   windows: 3,
 * } as const;
 * const plain = intervals(recipe, 100, { series: "1", step: 1 }, [80])[80]!;
 * expect(plain).toEqual({ lo: 90, hi: 110 });
 * const promoted = intervals(recipe, 100, { series: "1", step: 1, slices: { promo: 1 } }, [80])[80]!;
 * expect(promoted.hi).toBeCloseTo(120);
 * expect(intervals(recipe, 0, { series: "1", step: 1, closed: true }, [80])[80]).toEqual({ lo: 0, hi: 0 });
 * ```
 */
export function intervals(
  recipe: IntervalRecipe,
  forecast: number,
  { series, step, slices = {}, scale = NaN, closed = false }: IntervalRow,
  levels: readonly number[],
): Record<number, Interval> {
  const groups = Object.fromEntries(Object.entries(slices).map(([slice, group]) => [slice, String(group)]));
  const spread = closed ? 0 : rowSpread(recipe, forecast, { series, step, slices: groups });
  return Object.fromEntries(
    levels.map((level) => [level, intervalOfSpread(recipe, forecast, { series, scale, closed }, spread, level)]),
  );
}

/**
 * Puts intervals around many forecasts at once; see `intervals`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervalColumns } from "@/evaluation/mod.ts";
 *
 * const recipe = {
 *   format: 1,
 *   space: "identity",
 *   allowsNegative: false,
 *   stepsPerBand: 7,
 *   slices: [],
 *   spread: { base: 0.1, factors: {} },
 *   scales: {},
 *   radii: Array.from({ length: 99 }, (_, k) => (k + 1) / 80),
 *   rows: 1000,
 *   windows: 3,
 * } as const;
 * const rows = { yHat: [100, 200], series: ["1", "2"], step: [1, 1], scale: [NaN, NaN], slices: {} };
 * expect([...intervalColumns(recipe, rows, [80])[80]!.hi]).toEqual([110, 220]);
 * ```
 */
export function intervalColumns(
  recipe: IntervalRecipe,
  { yHat, series, step, scale, slices }: ForecastRows,
  levels: readonly number[],
  { closed }: { readonly closed?: (row: number) => boolean } = {},
): IntervalColumns {
  const rows = yHat.length;
  const columns = Object.fromEntries(
    levels.map((level) => [level, { lo: new Float64Array(rows), hi: new Float64Array(rows) }]),
  );
  const own = recipe.slices.filter((slice) => slices[slice] !== undefined);
  for (let row = 0; row < rows; row++) {
    const found = intervals(recipe, yHat[row]!, {
      series: series[row]!,
      step: step[row]!,
      scale: scale[row]!,
      slices: Object.fromEntries(own.map((slice) => [slice, slices[slice]![row]!])),
      closed: closed?.(row) ?? false,
    }, levels);
    for (const level of levels) {
      columns[level]!.lo[row] = found[level]!.lo;
      columns[level]!.hi[row] = found[level]!.hi;
    }
  }
  return columns;
}

/**
 * Puts one interval around a forecast whose spread is known (`rowSpread`): the bits of `intervals`, without its work.
 *
 * @throws {RangeError} If the level is not a whole percentage, or the forecast is not finite.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { intervalOfSpread, rowSpread } from "@/evaluation/mod.ts";
 *
 * const recipe = {
 *   format: 1,
 *   space: "identity",
 *   allowsNegative: false,
 *   stepsPerBand: 7,
 *   slices: [],
 *   spread: { base: 0.1, factors: {} },
 *   scales: {},
 *   radii: Array.from({ length: 99 }, (_, k) => (k + 1) / 80),
 *   rows: 1000,
 *   windows: 3,
 * } as const;
 * const row = { series: "1", step: 1, slices: {} };
 * expect(intervalOfSpread(recipe, 100, row, rowSpread(recipe, 100, row), 80)).toEqual({ lo: 90, hi: 110 });
 * ```
 */
export function intervalOfSpread(
  { radii, space, allowsNegative, scales }: IntervalRecipe,
  forecast: number,
  { series, scale = NaN, closed = false }: Pick<IntervalRow, "series" | "scale" | "closed">,
  spread: number,
  level: number,
): Interval {
  if (!Number.isFinite(forecast)) {
    throw new RangeError(`Cannot set an interval as its forecast must be finite: it is ${forecast}`);
  }
  const radius = radii[level - 1];
  if (radius === undefined) {
    throw new RangeError(`Cannot set an interval as its level must be a whole percentage from 1 to 99: it is ${level}`);
  }
  if (closed) return { lo: 0, hi: 0 };
  const inUnits = scale > 0 ? scale : scales[series] ?? NaN;
  const end = (side: -1 | 1) => awayFrom(forecast, side * radius * spread, inUnits, space);
  const lo = end(-1), hi = end(1);
  return allowsNegative ? { lo, hi } : { lo: Math.max(0, lo), hi: Math.max(0, hi) };
}
