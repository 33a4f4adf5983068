/**
 * Levels as departures from the base, so that a corner shop and a department store look alike.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";
import { youngest } from "@/features/reach.ts";

/** Below this base a ratio to it says nothing: a department that sells for a dollar a week, or takes back more. */
const SMALLEST_BASE = 1;

/**
 * Relates a level to the base: a difference of logarithms where sales are told by ratios, else a ratio.
 *
 * @param level The level, defined before. `units` says that it is in the units of y rather than transformed.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lag, toBase } from "@/features/mod.ts";
 *
 * const relative = toBase(lag(13), { targetTransform: "identity" });
 * expect(relative.name).toBe("y_lag13_to_base");
 * ```
 */
export function toBase(
  level: Feature,
  { targetTransform }: Pick<DatasetProfile, "targetTransform">,
  { units = false }: { readonly units?: boolean } = {},
): Feature {
  const base = pl.col("base"), value = pl.col(level.name);
  const relative = targetTransform === "log1p"
    ? (units ? value.log1p() : value).sub(base)
    : ratio(value, base, SMALLEST_BASE);
  return expression(`${level.name}_to_base`, relative, {
    reads: [level.name, "base"],
    reach: youngest(level.reach, "origin"),
  });
}

/**
 * A quotient, missing where the divisor is not above the smallest that makes sense.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { ratio } from "@/features/relative.ts";
 *
 * const frame = pl.DataFrame({ a: [6, 6], b: [3, 0] });
 * expect(frame.select(ratio(pl.col("a"), pl.col("b")).alias("q")).getColumn("q").toArray()).toEqual([2, null]);
 * ```
 */
export function ratio(dividend: Expr, divisor: Expr, smallest = 0): Expr {
  return pl.when(divisor.gt(smallest)).then(dividend.div(divisor)).otherwise(pl.lit(null));
}
