/** Where forecasts are averaged: `log` takes the geometric middle (of 1 + forecast), `plain` the arithmetic one. */
export type BlendSpace = "log" | "plain";

/**
 * Takes several forecasts of the same rows together into one: the weighted middle of what models say.
 *
 * On the log scale a forecast below zero counts as zero.
 *
 * @param predictions One column per member, in units of y.
 * @param weights One per member, adding up to 1.
 * @throws {RangeError} If the numbers of members, weights or rows differ.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { blend } from "@/models/mod.ts";
 *
 * expect([...blend([[10, 20], [30, 20]], [0.5, 0.5], "plain")]).toEqual([20, 20]);
 * expect(blend([[3], [15]], [0.5, 0.5], "log")[0]).toBeCloseTo(Math.sqrt(4 * 16) - 1);
 * ```
 */
export function blend(
  predictions: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
  space: BlendSpace,
): Float64Array<ArrayBuffer> {
  const rows = predictions[0]?.length ?? 0;
  if (predictions.length !== weights.length || predictions.some((column) => column.length !== rows)) {
    throw new RangeError(
      `Cannot blend forecasts as every member needs a weight and as many rows: there are ${weights.length} weights ` +
        `for members of ${predictions.map((column) => column.length).join(", ")} rows`,
    );
  }
  const blended = new Float64Array(rows);
  predictions.forEach((column, member) => {
    const weight = weights[member]!;
    if (weight === 0) return;
    for (let i = 0; i < rows; i++) blended[i]! += weight * toSpace(column[i]!, space);
  });
  return blended.map((value) => fromSpace(value, space));
}

/**
 * A forecast on the scale where it is averaged.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { toSpace } from "@/models/mod.ts";
 *
 * expect([toSpace(0, "log"), toSpace(-2, "log"), toSpace(7, "plain")]).toEqual([0, 0, 7]);
 * ```
 */
export function toSpace(forecast: number, space: BlendSpace): number {
  return space === "log" ? Math.log1p(Math.max(0, forecast)) : forecast;
}

/** An average back in units of y. */
export function fromSpace(value: number, space: BlendSpace): number {
  return space === "log" ? Math.expm1(value) : value;
}
