/**
 * Explanations of whole forecasts: contributions that add up to the forecast, whatever the model is made of.
 *
 * @module
 */
import { column, type Matrix, sharedFloats } from "@/core/matrix.ts";
import type { ForecastScale, Model } from "@/core/regressor.ts";

/** The column of what is usual: what a forecast would be if nothing moved it. */
export const BIAS = "bias";

/** A forecast on the scale of its explanation. */
export function onScale(forecast: number, scale: ForecastScale): number {
  return scale === "log1p" ? Math.log1p(Math.max(0, forecast)) : forecast;
}

/**
 * Explains forecasts by any model: what moved each of them, with one column per feature and `bias` for what is usual.
 *
 * Every row adds up to the model's forecast on the scale that was asked for: with `log1p` a contribution of 0.1 makes the
 * forecast about 10 % larger, with `identity` contributions are units of y. A model that cannot tell what moved it gets one
 * column under its own name.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { explainForecasts, seasonalNaive } from "@/models/mod.ts";
 *
 * const x = { names: ["seasonal_naive"], rows: 1, data: Float32Array.of(7), categorical: [] };
 * using model = await seasonalNaive.fit({ x, y: Float32Array.of(5) }, seasonalNaive.defaults, { seed: 1 });
 * const { names, data } = explainForecasts(model, x, "identity");
 * expect([names, [...data]]).toEqual([["seasonal_naive", "bias"], [7, 0]]);
 * ```
 */
export function explainForecasts(model: Model, x: Matrix, scale: ForecastScale, name = model.kind): Matrix {
  if (model.explain !== undefined) return model.explain(x, scale);
  return explained({ [name]: model.predict(x).map((forecast) => onScale(forecast, scale)) }, x.rows);
}

/** How a model is explained: by TreeSHAP, by the parts that it is a sum or product of, or not at all. */
export type ExplanationMethod = "treeshap" | "parts" | "none";

/**
 * Tells how `explainForecasts` explains a model. A blend is explained as its members are.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { explanationMethod, seasonalNaive } from "@/models/mod.ts";
 *
 * const x = { names: ["seasonal_naive"], rows: 1, data: Float32Array.of(10), categorical: [] };
 * using model = await seasonalNaive.fit({ x, y: Float32Array.of(12) }, {}, { seed: 1 });
 * expect(explanationMethod(model)).toBe("none");
 * ```
 */
export function explanationMethod(model: Model): ExplanationMethod {
  if (model.explain === undefined) return "none";
  return model.contributions === undefined && model.kind !== "ensemble" ? "parts" : "treeshap";
}

/** Columns of contributions as a matrix, `bias` last; without one it is 0. */
export function explained(columns: Readonly<Record<string, ArrayLike<number>>>, rows: number): Matrix {
  const { [BIAS]: bias = new Float64Array(rows), ...others } = columns;
  const data = sharedFloats(rows * (Object.keys(others).length + 1));
  Object.values(others).forEach((values, k) => data.set(values, k * rows));
  data.set(bias, data.length - rows);
  return { names: [...Object.keys(others), BIAS], rows, data, categorical: [] };
}

/**
 * Tells contributions on another scale: what is usual and the whole are converted, and what lies between is shared out in
 * proportion, so that rows add up as before. Source: the rescale rule of DeepLIFT (Shrikumar et al. 2017).
 *
 * @param convert From the scale of the contributions to another one; it must not fall.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { explained, rescaled } from "@/models/explanation.ts";
 *
 * const doubled = explained({ promo: [Math.log(2)], bias: [Math.log(100)] }, 1);
 * expect(rescaled(doubled, Math.exp).data[0]).toBeCloseTo(100, 3);
 * ```
 */
export function rescaled(contributions: Matrix, convert: (value: number) => number): Matrix {
  const { names, rows, data } = contributions, width = names.length, last = (width - 1) * rows;
  const out = sharedFloats(data.length);
  // Loops over rows × features: a beeswarm asks for thousands of rows with a hundred features each.
  for (let row = 0; row < rows; row++) {
    const usual = data[last + row]!;
    let moved = 0;
    for (let k = 0; k < width - 1; k++) moved += data[k * rows + row]!;
    const slope = slopeOf(convert, usual, usual + moved);
    for (let k = 0; k < width - 1; k++) out[k * rows + row] = data[k * rows + row]! * slope;
    out[last + row] = convert(usual + moved) - moved * slope;
  }
  return { ...contributions, data: out };
}

/** Between two values, or where they are nearly one, around them. */
function slopeOf(convert: (value: number) => number, from: number, to: number): number {
  const least = 1e-4 * Math.max(1, Math.abs(from));
  const [low, high] = Math.abs(to - from) > least ? [from, to] : [from - least, from + least];
  return (convert(high) - convert(low)) / (high - low);
}

/** The weighted sum of explanations of the same rows; features of the same name are added. */
export function weightedSum(
  parts: readonly (readonly [contributions: Matrix, weight: number])[],
  rows: number,
): Matrix {
  const columns: Record<string, Float64Array> = {};
  for (const [contributions, weight] of parts) {
    for (const name of contributions.names) {
      const sum = columns[name] ??= new Float64Array(rows), own = column(contributions, name);
      for (let row = 0; row < rows; row++) sum[row]! += weight * own[row]!;
    }
  }
  return explained(columns, rows);
}
