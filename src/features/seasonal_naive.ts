/**
 * The forecast to beat: the same season's newest value.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { expression } from "@/features/expression.ts";
import { frozen } from "@/features/frozen.ts";

/**
 * Lists the steps to `seasonal_naive`, in the units of y: the newest value one or more whole seasons old that is not
 * newer than the origin, passing over closed and unknown steps; where there is none, the base.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.2.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { seasonalNaiveFeatures } from "@/features/seasonal_naive.ts";
 *
 * const naive = seasonalNaiveFeatures({
 *   keys: ["store"], seasonLength: 7, frequency: "1d", targetTransform: "log1p",
 * }).at(-1);
 * expect(naive?.name).toBe("seasonal_naive");
 * expect(naive?.reach).toBe("origin");
 * ```
 */
export function seasonalNaiveFeatures(
  { keys, seasonLength, frequency, targetTransform }: Pick<
    DatasetProfile,
    "keys" | "seasonLength" | "frequency" | "targetTransform"
  >,
): Feature[] {
  // A season of a week is told by its weekday, by which other features group as well.
  const season = frequency === "1d" && seasonLength === 7 ? "day_of_week" : "phase";
  const last = frozen([...keys, season], { of: "sales", statistic: "last", helper: true });
  const base = targetTransform === "log1p" ? pl.col("base").exp().sub(1) : pl.col("base");
  return [
    last,
    expression("seasonal_naive", pl.col(last.name).fillNan(pl.lit(null)).fillNull(base), {
      reads: [last.name, "base"],
      reach: "origin",
    }),
  ];
}
