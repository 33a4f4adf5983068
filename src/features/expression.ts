/**
 * The one way to make a feature out of a Polars expression.
 *
 * @module
 */
import pl, { type Expr } from "nodejs-polars";
import type { ExpressionFeature, Reach } from "@/core/feature.ts";

/** What an expression feature may be told beyond its name and expression. */
export interface ExpressionOptions {
  /** The columns that the expression reads: of the prepared panel, or features defined before it. */
  readonly reads: readonly string[];
  /** How old the newest observed value is that it reads; `Infinity` by default: it reads none. */
  readonly reach?: Reach;
  /** Its values are codes without an order; false by default. */
  readonly categorical?: boolean;
  /** Identifies the row (series code, time index): trees do not see it; false by default. */
  readonly key?: boolean;
  /** A stepping stone that other features read: the feature table leaves it out; false by default. */
  readonly helper?: boolean;
  /** It looks at the rows of other series too. */
  readonly acrossSeries?: boolean;
  /** What it then is, where each machine holds a part of the series. */
  readonly mean?: ExpressionFeature["mean"];
}

/**
 * Defines a feature by a Polars expression over the prepared panel.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { expression } from "@/features/expression.ts";
 *
 * const doubled = expression("promo_doubled", pl.col("promo").mul(2), { reads: ["promo"] });
 * expect(doubled.reach).toBe(Infinity);
 * ```
 */
export function expression(
  name: string,
  expr: Expr,
  { reads, reach = Infinity, categorical = false, key = false, helper = false, acrossSeries = false, mean }:
    ExpressionOptions,
): ExpressionFeature {
  return {
    form: "expression",
    name,
    reach,
    reads,
    ...categorical && { categorical },
    ...key && { key },
    ...helper && { helper },
    ...acrossSeries && { acrossSeries },
    ...mean !== undefined && { mean },
    // A table is half as large in Float32, and trees do not see the difference; helpers keep their precision.
    expr: expr.cast(helper ? pl.Float64 : pl.Float32).alias(name),
  };
}
