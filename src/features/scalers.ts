/**
 * Scalers: numbers on a scale that a model likes, and back again without a loss.
 *
 * A scaler is plain data, fitted on training rows only; whoever fits it decides which rows those are.
 *
 * @module
 */
import { quantileSorted } from "simple-statistics";

/** How values are scaled; it survives JSON. */
export type Scaler =
  /** log(1 + value): ratios become differences. */
  | { readonly kind: "log" }
  /** (value − center) / spread. */
  | { readonly kind: "linear"; readonly center: number; readonly spread: number }
  /** Each series by its own; a series that was not there at the fit by `others`. */
  | { readonly kind: "per_series"; readonly bySeries: Readonly<Record<string, Scaler>>; readonly others: Scaler };

/** Fits a scaler to values, of which NaN counts as missing. */
export type FitScaler = (values: ArrayLike<number>) => Scaler;

/** Scales by log(1 + value). There is nothing to fit. */
export function logScaler(): Scaler {
  return { kind: "log" };
}

/**
 * Fits a scaler that makes the mean 0 and the standard deviation 1. Equal values all become 0.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { scaled, standardScaler } from "@/features/scalers.ts";
 *
 * const train = [1, 2, 3];
 * expect([...scaled(standardScaler(train), train)]).toEqual([-1, 0, 1]);
 * ```
 */
export function standardScaler(values: ArrayLike<number>): Scaler {
  const known = finite(values);
  if (known.length === 0) return identity();
  const mean = sum(known) / known.length;
  const squares = known.map((value) => (value - mean) ** 2);
  return linear(mean, known.length > 1 ? Math.sqrt(sum(squares) / (known.length - 1)) : 0);
}

/**
 * Fits a scaler that makes the median 0 and the distance between the quartiles 1, whatever a few extremes do.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { robustScaler, scaled } from "@/features/scalers.ts";
 *
 * const scaler = robustScaler([1, 2, 3, 4, 1000]);
 * expect([...scaled(scaler, [3, 5])]).toEqual([0, 1]);
 * ```
 */
export function robustScaler(values: ArrayLike<number>): Scaler {
  const sorted = [...finite(values).sort()];
  if (sorted.length === 0) return identity();
  return linear(quantileSorted(sorted, 0.5), quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25));
}

/**
 * Fits a scaler to every series on its own, so that a corner shop and a flagship look alike.
 *
 * @param series The series of each value: an id or a code.
 * @throws {RangeError} If there is not one series per value.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { perSeriesScaler, scaled, standardScaler } from "@/features/scalers.ts";
 *
 * const series = ["a", "a", "a", "b", "b", "b"];
 * const sales = [1, 2, 3, 100, 200, 300];
 * expect([...scaled(perSeriesScaler(sales, series, standardScaler), sales, series)]).toEqual([-1, 0, 1, -1, 0, 1]);
 * ```
 */
export function perSeriesScaler(
  values: ArrayLike<number>,
  series: ArrayLike<string | number>,
  fit: FitScaler,
): Scaler {
  assertPaired(values, series);
  const own = new Map<string, number[]>();
  for (let i = 0; i < values.length; i++) {
    const id = String(series[i]!), list = own.get(id);
    if (list === undefined) own.set(id, [values[i]!]);
    else list.push(values[i]!);
  }
  return {
    kind: "per_series",
    bySeries: Object.fromEntries(Array.from(own, ([id, list]) => [id, fit(list)])),
    others: fit(values),
  };
}

/**
 * Puts values on the scaler's scale. NaN stays NaN.
 *
 * @param series The series of each value, for a scaler per series.
 * @throws {RangeError} If a logarithm is asked of a value at or below −1, or the series are missing.
 */
export function scaled(
  scaler: Scaler,
  values: ArrayLike<number>,
  series?: ArrayLike<string | number>,
): Float64Array<ArrayBuffer> {
  return mapped(scaler, values, series, scaleOne);
}

/**
 * Takes values back to their own units: the inverse of {@link scaled}, up to rounding.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { logScaler, scaled, unscaled } from "@/features/scalers.ts";
 *
 * const [there] = scaled(logScaler(), [5263]);
 * const [back] = unscaled(logScaler(), [there!]);
 * expect(back).toBeCloseTo(5263, 8);
 * ```
 */
export function unscaled(
  scaler: Scaler,
  values: ArrayLike<number>,
  series?: ArrayLike<string | number>,
): Float64Array<ArrayBuffer> {
  return mapped(scaler, values, series, unscaleOne);
}

type Flat = Exclude<Scaler, { kind: "per_series" }>;

function mapped(
  scaler: Scaler,
  values: ArrayLike<number>,
  series: ArrayLike<string | number> | undefined,
  one: (scaler: Flat, value: number) => number,
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(values.length);
  if (scaler.kind !== "per_series") {
    for (let i = 0; i < result.length; i++) result[i] = one(scaler, values[i]!);
    return result;
  }
  if (series === undefined) throw new RangeError("Cannot scale per series as the series of each value must be given");
  assertPaired(values, series);
  for (let i = 0; i < result.length; i++) result[i] = one(flat(scaler, String(series[i]!)), values[i]!);
  return result;
}

function flat(scaler: Scaler, id: string): Flat {
  return scaler.kind === "per_series"
    ? flat(Object.hasOwn(scaler.bySeries, id) ? scaler.bySeries[id]! : scaler.others, id)
    : scaler;
}

function scaleOne(scaler: Flat, value: number): number {
  if (scaler.kind === "linear") return (value - scaler.center) / scaler.spread;
  if (value <= -1) throw new RangeError(`Cannot take log(1 + value) as the value must be above -1: found ${value}`);
  return Math.log1p(value);
}

function unscaleOne(scaler: Flat, value: number): number {
  return scaler.kind === "linear" ? value * scaler.spread + scaler.center : Math.expm1(value);
}

function linear(center: number, spread: number): Scaler {
  // Values without a spread but for rounding keep their distance from the center instead of dividing it by next to zero.
  const tiny = 1e-12 * Math.max(1, Math.abs(center));
  return { kind: "linear", center, spread: spread > tiny ? spread : 1 };
}

function identity(): Scaler {
  return linear(0, 1);
}

function finite(values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  return Float64Array.from(values).filter((value) => Number.isFinite(value));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function assertPaired(values: ArrayLike<unknown>, series: ArrayLike<unknown>): void {
  if (values.length === series.length) return;
  throw new RangeError(
    `Cannot scale per series as there must be one series per value: ${values.length} values, ${series.length} series`,
  );
}
