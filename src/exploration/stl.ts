/**
 * STL: a series taken apart into trend, season and what is left.
 *
 * @module
 */
import { loess, type LoessOptions } from "@/exploration/loess.ts";

/** A series as the sum of three others of the same length. */
export interface Decomposition {
  /** The smooth course of the level, in units of the series. */
  readonly trend: Float64Array;
  /** What repeats every period, in units of the series, around 0; it may change slowly. */
  readonly seasonal: Float64Array;
  /** What trend and season leave of the series, in its units. */
  readonly remainder: Float64Array;
}

/** How smooth the parts are. */
export interface StlOptions {
  /** Steps after which the season repeats. */
  readonly period: number;
  /** Odd number of seasons that teach one value of the season: the larger, the less it may change from year to year. */
  readonly seasonalWindow?: number;
  /** Odd number of steps that teach one value of the trend. */
  readonly trendWindow?: number;
  /** Whether outliers (a closed day, a clearance sale) are kept out of trend and season. */
  readonly robust?: boolean;
}

/**
 * Takes a series apart into a trend, a season that may change slowly, and the rest: the three add up to the series.
 *
 * Cleveland, Cleveland, McRae and Terpenning (1990), with linear loess and no jumps; the same numbers as statsmodels.
 *
 * @param y A regular series without gaps: at least two seasons.
 * @throws {RangeError} If it is shorter, has a value that is not finite, or a window is not odd.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { stl } from "@/exploration/stl.ts";
 *
 * const week = [0, 1, 2, 3, 4, 5, -15];
 * const y = Float64Array.from({ length: 70 }, (_, t) => 100 + t + week[t % 7]!);
 * const { trend, seasonal, remainder } = stl(y, { period: 7 });
 * expect(seasonal[34]! - seasonal[33]!).toBeCloseTo(-20, 6);
 * expect(trend[40]! + seasonal[40]! + remainder[40]!).toBeCloseTo(y[40]!, 9);
 * ```
 */
export function stl(
  y: ArrayLike<number>,
  { period, seasonalWindow = 7, trendWindow = usualTrendWindow(period, seasonalWindow), robust = false }: StlOptions,
): Decomposition {
  const n = y.length;
  assertDecomposable(y, period, { seasonalWindow, trendWindow });
  const lowPassWindow = nextOdd(period + 1);
  const [inner, outer] = robust ? [2, 15] : [5, 0];
  const trend = new Float64Array(n), seasonal = new Float64Array(n);
  let weights: Float64Array | undefined;
  for (let pass = 0; pass <= outer; pass++) {
    for (let k = 0; k < inner; k++) {
      const cycles = smoothCycles(minus(y, trend), period, { window: seasonalWindow, weights });
      const low = loess(lowPass(cycles, period), { window: lowPassWindow });
      for (let t = 0; t < n; t++) seasonal[t] = cycles[period + t]! - low[t]!;
      trend.set(loess(minus(y, seasonal), { window: trendWindow, ...(weights && { weights }) }));
    }
    if (pass < outer) weights = robustWeights(minus(minus(y, trend), seasonal));
  }
  return { trend, seasonal, remainder: minus(minus(y, trend), seasonal) };
}

/**
 * Tells how much of what varies around the other parts a part explains, from 0 (nothing) to 1 (everything).
 *
 * Wang, Smith and Hyndman (2006): one minus the variance of the remainder over that of remainder and part together.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { strength } from "@/exploration/stl.ts";
 *
 * expect(strength([5, -5, 5, -5], [0, 0, 0, 0])).toBe(1);
 * expect(strength([0, 0, 0, 0], [1, -1, 1, -1])).toBe(0);
 * ```
 */
export function strength(part: ArrayLike<number>, remainder: ArrayLike<number>): number {
  const together = variance(Float64Array.from(part, (value, t) => value + remainder[t]!));
  return together === 0 ? 0 : Math.max(0, 1 - variance(remainder) / together);
}

function usualTrendWindow(period: number, seasonalWindow: number): number {
  return nextOdd(Math.ceil(1.5 * period / (1 - 1.5 / seasonalWindow)));
}

const nextOdd = (value: number): number => value % 2 === 0 ? value + 1 : value;

function minus(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, t) => value - b[t]!);
}

/** Smooths each position of the season along the years, one season further at both ends: n + 2 × period values. */
function smoothCycles(
  y: Float64Array,
  period: number,
  { window, weights }: { readonly window: number; readonly weights: Float64Array | undefined },
): Float64Array {
  const result = new Float64Array(y.length + 2 * period);
  for (let phase = 0; phase < period; phase++) {
    const count = Math.floor((y.length - phase - 1) / period) + 1;
    const own = Float64Array.from({ length: count }, (_, k) => y[phase + k * period]!);
    const options: LoessOptions = {
      window,
      beyond: true,
      ...(weights && { weights: Float64Array.from(own, (_, k) => weights[phase + k * period]!) }),
    };
    loess(own, options).forEach((value, k) => result[phase + k * period] = value);
  }
  return result;
}

/** Three moving averages, of one season twice and of 3 values: what is left has no season. */
function lowPass(values: Float64Array, period: number): Float64Array {
  return movingAverage(movingAverage(movingAverage(values, period), period), 3);
}

function movingAverage(values: Float64Array, window: number): Float64Array {
  const result = new Float64Array(values.length - window + 1);
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += values[t]!;
    if (t >= window) sum -= values[t - window]!;
    if (t >= window - 1) result[t - window + 1] = sum / window;
  }
  return result;
}

/** Tukey's bisquare of the remainder, in units of six times its median size. */
function robustWeights(remainder: Float64Array): Float64Array {
  const sizes = remainder.map(Math.abs), sorted = sizes.toSorted(), n = sorted.length;
  const scale = 3 * (sorted[n >> 1]! + sorted[n - 1 - (n >> 1)]!);
  return sizes.map((size) => size <= 0.001 * scale ? 1 : size <= 0.999 * scale ? (1 - (size / scale) ** 2) ** 2 : 0);
}

function variance(values: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) sum += values[t]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let t = 0; t < values.length; t++) squares += (values[t]! - mean) ** 2;
  return squares / values.length;
}

function assertDecomposable(y: ArrayLike<number>, period: number, windows: Readonly<Record<string, number>>): void {
  if (!Number.isInteger(period) || period < 2) {
    throw new RangeError(`Cannot decompose a series as its period must be an integer >= 2: current value is ${period}`);
  }
  if (y.length < 2 * period) {
    throw new RangeError(
      `Cannot decompose a series as it must hold two seasons of ${period} steps: it has ${y.length} values`,
    );
  }
  const gap = Array.from(y).findIndex((value) => !Number.isFinite(value));
  if (gap >= 0) {
    throw new RangeError(`Cannot decompose a series as every value must be finite: value ${gap} is ${y[gap]}`);
  }
  for (const [name, window] of Object.entries(windows)) {
    if (!Number.isInteger(window) || window < 3 || window % 2 === 0) {
      throw new RangeError(`Cannot decompose a series as ${name} must be odd and >= 3: current value is ${window}`);
    }
  }
}
