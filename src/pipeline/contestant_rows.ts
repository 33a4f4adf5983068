/**
 * The models of a run as a table.
 *
 * @module
 */
import { type FigureTable, modelName } from "@/charts/mod.ts";
import { didYouMean } from "@/core/names.ts";
import type { Context } from "@/pipeline/context.ts";
import { ENSEMBLE, kindOf, modelNames } from "@/pipeline/models.ts";

/** What each model does, for a colleague in merchandising. */
const IDEAS: Readonly<Record<string, string>> = {
  seasonal_naive: "the same as one season ago",
  group_median: "what is usual for such a series on such a day",
  factor_model: "shop times weekday times month: a few ratios multiplied",
  damped_trend: "each series by itself: its level, a trend that fades out, its season",
  intermittent: "how much when it sells, times how often that is",
  svd_growth: "last year, smoothed over similar series, times growth",
  random_forest: "the average of many trees, on a sample",
  lightgbm: "trees that each mend what those before it got wrong",
  xgboost: "the same idea in another hand",
  [ENSEMBLE]: "a weighted mean of the best, weights learnt from earlier windows",
};

/**
 * Lays the models of a run out with their idea and the parameters that differ from the regressor's defaults.
 *
 * @throws {RangeError} If a model of the run is not one that the project knows.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { contestantRows } from "@/pipeline/contestant_rows.ts";
 * import { openContext } from "@/pipeline/context.ts";
 *
 * const overrides = { models: ["seasonal_naive"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * expect(contestantRows(context).rows).toEqual([["seasonal naive", "the same as one season ago", "–"]]);
 * ```
 */
export function contestantRows({ choices }: Pick<Context, "choices">): FigureTable {
  return {
    columns: ["model", "idea", "choices"],
    rows: choices.models.map((name) => {
      const own = name === ENSEMBLE ? { members: choices.ensemble?.members ?? [] } : choices.regressors[name] ?? {};
      const kind = kindOf(name, choices), idea = IDEAS[name] ?? IDEAS[kind];
      // A name that the project does not know must not pass for one that has no choices.
      if (!modelNames.includes(kind)) {
        throw new RangeError(
          `Cannot show the model "${name}" as there is none of that name: ${didYouMean(name, modelNames)}`,
        );
      }
      const told = Object.entries(own).map(([key, value]) => `${key} ${JSON.stringify(value).replaceAll('"', "")}`);
      return [modelName(name), idea ?? "–", told.join(", ") || "–"];
    }),
  };
}
