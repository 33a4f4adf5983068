/**
 * The list of features as a table, so that a suite can hold it to its contract.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { SuiteFile } from "@/checks/expectations/suite_files.ts";

/** The suite about the list of features: names once, and no reach below the horizon. */
export const FEATURE_CATALOGUE: SuiteFile = { file: "feature_catalogue.json", table: "feature_catalogue" };

/**
 * Lists features as a table: `feature`, `form`, `reach` (steps; missing where nothing observed is read, or only what was
 * known at the forecast's origin) and `horizon` (steps).
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { featureCatalogue } from "@/checks/feature_catalogue.ts";
 *
 * const lag42 = { form: "expression", name: "y_lag42", reach: 42, reads: ["y"], expr: pl.col("y").shift(42) } as const;
 * expect(featureCatalogue([lag42], 42).toRecords())
 *   .toEqual([{ feature: "y_lag42", form: "expression", reach: 42, horizon: 42 }]);
 * ```
 */
export function featureCatalogue(all: readonly Feature[], horizon: number): DataFrame {
  const features = all.filter(({ helper }) => !helper);
  const reach = features.map(({ reach }) => typeof reach === "number" && Number.isFinite(reach) ? reach : null);
  return pl.DataFrame([
    pl.Series("feature", features.map(({ name }) => name), pl.Utf8),
    pl.Series("form", features.map(({ form }) => form), pl.Utf8),
    pl.Series("reach", reach, pl.Float64),
    pl.Series("horizon", features.map(() => horizon), pl.Float64),
  ]);
}
