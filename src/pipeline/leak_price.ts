/**
 * What a leak would do to a score: a lesson, with numbers.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Panel } from "@/core/panel.ts";
import { metrics } from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { holdoutOrigin } from "@/pipeline/featurize.ts";
import { fitOnce, forecastSlice } from "@/pipeline/fit.ts";
import { BASELINE, contestant } from "@/pipeline/models.ts";
import { rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";

/** The error of one learner on the holdout, honest and with a leak, and the baseline's. */
export interface LeakPrice {
  readonly baseline: number;
  readonly honest: number;
  /** The leaky feature reads the holdout's own sales: what a careless evaluation reports. */
  readonly flattered: number;
  /** The same model when those sales are not there: what the shop gets. */
  readonly atWork: number;
}

/**
 * Fits one learner without and with a leaky feature, and scores it on the holdout: as an evaluation would that lets the
 * feature read the holdout's sales, and as work is, where nothing observed is known from the origin on.
 *
 * @param leaky A feature whose declared reach is not true.
 * @param options `learner` is the model that is fitted.
 * @throws {RangeError} If the metric is undefined on the holdout.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import pl from "nodejs-polars";
 * import { expression } from "@/features/mod.ts";
 * import { openContext } from "@/pipeline/context.ts";
 * import { take } from "@/pipeline/ingest.ts";
 * import { leakPrice } from "@/pipeline/leak_price.ts";
 *
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides: { series: 3, steps: 250 } });
 * const { panel } = await take(context);
 * const yesterday = expression("y_yesterday", pl.col("target").shift(1), { reach: 42, reads: ["target"] });
 * const { honest, flattered, atWork } = await leakPrice(context, panel, yesterday, { learner: "group_median" });
 * // A median per group reads no lags: it has nothing to gain from the leak.
 * expect([flattered, atWork]).toEqual([honest, honest]);
 * ```
 */
export async function leakPrice(
  context: Context,
  panel: Panel,
  leaky: Feature,
  { learner = "lightgbm" }: { readonly learner?: string } = {},
): Promise<LeakPrice> {
  const { profile } = context;
  const origin = holdoutOrigin(panel), { horizon } = profile;
  const build = (of: Panel, features: readonly Feature[]) => buildFeatures(of, features, { origin, horizon });
  const shipped = recipe(panel.profile), greedy = [...shipped, leaky];
  const table = build(panel, shipped), leakyTable = build(panel, greedy);
  const blind = build(withoutFuture(panel, origin), greedy);
  const [baseline] = await errors(context, BASELINE, table, [table]);
  const [honest] = await errors(context, learner, table, [table]);
  const [flattered, atWork] = await errors(context, learner, leakyTable, [leakyTable, blind]);
  return { baseline: baseline!, honest: honest!, flattered: flattered!, atWork: atWork! };
}

/** The errors on the holdout of a model that learnt from one table, once for each table that it forecasts from. */
async function errors(
  context: Context,
  name: string,
  learnt: FeatureTable,
  tables: readonly FeatureTable[],
): Promise<number[]> {
  const { profile, choices, params } = context;
  const rival = contestant(name, profile, choices, params);
  const order = { origin: learnt.origin, title: name };
  const { model: fitted } = await fitOnce(context, rival, rowsBefore(learnt, 0, choices), order);
  using model = fitted;
  const actual = rowsOfBlock(learnt, 0);
  const known = Uint32Array.from(actual.y.keys()).filter((row) => Number.isFinite(actual.y[row]!));
  const take = (values: Float64Array) => Float64Array.from(known, (row) => values[row]!);
  return tables.map((seen) => {
    const yHat = forecastSlice(model, rowsOfBlock(seen, 0), profile);
    const error = metrics[profile.metric](take(actual.y), take(yHat), { weight: take(actual.weight) });
    if (error === null) throw new RangeError(`Cannot score ${name} as ${profile.metric} is undefined on this holdout`);
    return error;
  });
}

/** The panel as it stands at an origin: nothing that is observed is known from there on. */
function withoutFuture(panel: Panel, origin: string): Panel {
  const { frame, profile } = panel;
  const observed = Object.keys(profile.roles).filter((name) => profile.roles[name] === "observed");
  const later = pl.col("ds").cast(pl.Utf8).gtEq(pl.lit(origin));
  const hidden = ["y", ...observed].filter((name) => frame.columns.includes(name))
    .map((name) => pl.when(later).then(pl.lit(null)).otherwise(pl.col(name)).alias(name));
  return { ...panel, frame: frame.withColumns(...hidden) };
}
