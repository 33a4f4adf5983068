/**
 * Forecasts of the aggregates of a hierarchy by a model of their own.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Panel } from "@/core/panel.ts";
import type { Hierarchy, Window } from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { aggregatePanel } from "@/pipeline/decisions/aggregate_panel.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { contestant } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { asSample, rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { stepsBetween } from "@/pipeline/time.ts";

/** What the aggregates' own model is: few series, long histories. */
const AGGREGATE_MODEL = "lightgbm";
const AGGREGATE_PARAMS = {
  objective: "l2",
  rounds: 200,
  learning_rate: 0.05,
  num_leaves: 15,
  min_data_in_leaf: 30,
  feature_fraction: 0.5,
  bagging_fraction: 0.7,
  bagging_freq: 1,
  lambda_l2: 5,
} as const;

/** Forecasts of every aggregate in every window: the mean of the series that trade, times their number. */
export async function forecastAggregates(
  context: Context,
  panel: Panel,
  hierarchy: Hierarchy,
  windows: readonly Window[],
): Promise<Float64Array[][]> {
  const { horizon, frequency } = panel.profile;
  const { panel: above, trading } = aggregatePanel(panel, hierarchy);
  const rival = contestant(
    AGGREGATE_MODEL,
    above.profile,
    { ...context.choices, regressors: { [AGGREGATE_MODEL]: AGGREGATE_PARAMS } },
    context.params,
  );
  const counts = tradingCounts(trading);
  const bar = context.progress("aggregates");
  const made: Float64Array[][] = [];
  try {
    for (const [at, window] of windows.entries()) {
      context.signal.throwIfAborted();
      const table = buildFeatures(above, recipe(above.profile), { origin: window.origin, horizon });
      const ahead = rowsOfBlock(table, 0);
      using fitted = await rival.regressor.fit(
        asSample(rowsBefore(table, 0, context.choices)),
        rival.params,
        { seed: context.params.seed, signal: context.signal },
      );
      const values = forecastSlice(fitted, ahead, above.profile);
      const rows = table.frame.filter(pl.col("block").eq(0));
      const nodes = rows.getColumn("unique_id").toArray() as string[];
      const dates = datesOf(rows);
      const own = Array.from({ length: hierarchy.aggregates }, () => new Float64Array(horizon));
      nodes.forEach((node, row) => {
        const ds = dates[row]!;
        own[Number(node)]![stepsBetween(window.origin, ds, frequency)] = values[row]! *
          (counts.get(`${node} ${ds}`) ?? 0);
      });
      made.push(own);
      bar.update(at + 1, windows.length, window.origin);
      releaseMemory();
    }
  } finally {
    bar.end();
  }
  return made;
}

function tradingCounts(trading: DataFrame): ReadonlyMap<string, number> {
  const nodes = trading.getColumn("node").toArray() as number[];
  const dates = datesOf(trading), counts = numbers(trading, "trading");
  return new Map(nodes.map((node, row) => [`${node} ${dates[row]}`, counts[row]!]));
}

function datesOf(frame: DataFrame): string[] {
  return frame.select(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[];
}
