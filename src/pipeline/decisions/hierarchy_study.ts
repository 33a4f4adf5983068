/**
 * How forecasts of a hierarchy are made to add up, and what that does to the errors of each level.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { joinNumbers } from "@/core/matrix.ts";
import type { MetricName } from "@/core/metric.ts";
import type { Panel } from "@/core/panel.ts";
import {
  addUp,
  type Belongs,
  type Hierarchy,
  hierarchyByColumns,
  metrics,
  reconcile,
  type Reconciliation,
  RECONCILIATIONS,
  type Window,
} from "@/evaluation/mod.ts";
import { buildFeatures, recipe } from "@/features/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { Context } from "@/pipeline/context.ts";
import { aggregatePanel } from "@/pipeline/decisions/aggregate_panel.ts";
import { forecastSlice } from "@/pipeline/fit.ts";
import { contestant } from "@/pipeline/models.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { asSample, rowsBefore, rowsOfBlock } from "@/pipeline/samples.ts";
import { stepsBetween } from "@/pipeline/time.ts";

/** The errors of one level: before anything is made to add up (`base`), and after, each way. */
export interface LevelErrors {
  /** `total`, `store_type`, `series`. */
  readonly level: string;
  readonly nodes: number;
  /** In the dataset's metric, the mean over the judged windows; null where it is undefined. */
  readonly errors: Readonly<Record<"base" | Reconciliation, number | null>>;
}

/** One node of the last window: what its own model said, what adds up, and what was sold, summed over the window. */
export interface NodeSums {
  readonly node: string;
  readonly parent: string | null;
  readonly base: number;
  readonly reconciled: number;
  readonly sold: number;
}

/** What a study of a hierarchy found. */
export interface HierarchyStudy {
  /** From the top: `total`, then the columns that divide it, then `series`. */
  readonly levels: readonly LevelErrors[];
  readonly metric: MetricName;
  /** Origins of the windows that were judged; each by errors of windows that had ended before it. */
  readonly origins: readonly string[];
  /** The way that is recommended: it makes no level worse by more than 1 %, or else the least, and helps most. */
  readonly best: Reconciliation;
  /** The aggregates in the last window, reconciled the best way. */
  readonly tree: readonly NodeSums[];
}

/** A study, and the series' forecasts that add up the best way: origin → one value per row of the window's frame. */
export interface Reconciled {
  readonly study: HierarchyStudy;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** A window with the forecasts of its series. */
export type WindowForecasts = readonly [window: Window, frame: DataFrame];

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

/**
 * Builds the hierarchy of a panel's series by static columns.
 *
 * @param columns From the top; those that the panel does not have are left out.
 * @throws {DatasetError} If a series lacks a value: it would be an orphan.
 */
export function hierarchyOfPanel({ frame }: Panel, columns: readonly string[]): {
  readonly hierarchy: Hierarchy;
  readonly columns: readonly string[];
} {
  // A source without its optional files leaves their columns empty for all series: that divides nothing.
  const own = columns.filter((name) =>
    frame.columns.includes(name) && frame.getColumn(name).nullCount() < frame.height
  );
  const first = frame.filter(pl.col("unique_id").neq(pl.col("unique_id").shift(1)).fillNull(pl.lit(true)));
  const ids = first.getColumn("unique_id").toArray() as string[];
  const values = own.map((name) => first.getColumn(name).toArray() as (string | number | null)[]);
  const series = ids.map((id, at) => ({
    id,
    is: Object.fromEntries(own.map((name, k) => [name, values[k]![at]!])) as Belongs,
  }));
  return { hierarchy: hierarchyByColumns(series, own), columns: own };
}

/**
 * Forecasts the aggregates by a model of their own, makes all forecasts of each window add up every way, and scores every
 * level. How sure each node is comes from windows that had ended before.
 *
 * @param windows In the order of time, with the column `model` of forecasts; the first only teaches.
 */
export async function hierarchyStudy(
  context: Context,
  panel: Panel,
  { hierarchy, columns, windows, model, judged = () => true }: {
    readonly hierarchy: Hierarchy;
    readonly columns: readonly string[];
    readonly windows: readonly WindowForecasts[];
    readonly model: string;
    readonly judged?: (origin: string) => boolean;
  },
): Promise<Reconciled | null> {
  const { metric, allowsNegative } = panel.profile;
  const tops = await forecastAggregates(context, panel, hierarchy, windows);
  const laid = windows.map(([window, frame], at) => layOut(panel, hierarchy, window, frame, model, tops[at]!));
  const levelOf = levelNames(hierarchy, columns);
  const levels = [...new Set(levelOf)];
  const errors = new Map<string, (number | null)[]>();
  const origins: string[] = [];
  const note = (level: string, method: string, value: number | null) =>
    errors.set(`${level} ${method}`, [...errors.get(`${level} ${method}`) ?? [], value]);
  const kept: { readonly at: number; readonly made: Readonly<Record<string, Float64Array[]>> }[] = [];
  for (const [at, now] of laid.entries()) {
    const past = laid.filter((_, k) => windows[k]![0].to < now.window.origin);
    if (past.length === 0 || !judged(now.window.origin)) continue;
    origins.push(now.window.origin);
    const options = {
      errors: hierarchy.nodes.map((_, node) => joinNumbers(past.map(({ errors }) => errors[node]!))),
      certain: (series: number, step: number) => now.certain[series]![step] === 1,
      allowsNegative,
    };
    const made: Record<string, Float64Array[]> = { base: [...now.base] };
    for (const method of RECONCILIATIONS) made[method] = reconcile(hierarchy, now.base, method, options);
    for (const [method, forecasts] of Object.entries(made)) {
      for (const level of levels) {
        note(level, method, scoreLevel(metric, now, forecasts, (node) => levelOf[node] === level));
      }
    }
    kept.push({ at, made });
  }
  const last = kept.at(-1);
  if (last === undefined) return null;
  const told = levels.map((level): LevelErrors => ({
    level,
    nodes: levelOf.filter((own) => own === level).length,
    errors: Object.fromEntries(
      ["base", ...RECONCILIATIONS].map((method) => [method, mean(errors.get(`${level} ${method}`)!)]),
    ) as LevelErrors["errors"],
  }));
  const best = bestWay(told);
  const { sold, base } = laid[last.at]!;
  const sum = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const study: HierarchyStudy = {
    levels: told,
    metric,
    origins,
    best,
    tree: hierarchy.nodes.slice(0, hierarchy.aggregates).map((node, at) => ({
      node,
      parent: at === 0 ? null : hierarchy.nodes[hierarchy.parents[at]!]!,
      base: sum(base[at]!),
      reconciled: sum(last.made[best]![at]!),
      sold: sum(sold[at]!),
    })),
  };
  const values = new Map(kept.map(({ at, made }) => {
    const own = laid[at]!.rows.map(([node, step]) => made[best]![node]![step]!);
    return [windows[at]![0].origin, Float64Array.from(own)] as const;
  }));
  return { study, columns: values };
}

/** The way that makes the worst level least worse beyond 1 %, and then lowers errors most on the mean of the levels. */
export function bestWay(levels: readonly LevelErrors[]): Reconciliation {
  const judge = (method: Reconciliation) => {
    const ratios = levels.flatMap(({ errors }) =>
      errors.base === null || errors[method] === null || errors.base === 0 ? [] : [errors[method] / errors.base]
    );
    const worst = Math.max(1.01, ...ratios), all = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return { method, worst, all };
  };
  return RECONCILIATIONS.map(judge).sort((a, b) => a.worst - b.worst || a.all - b.all)[0]!.method;
}

/** A window as vectors: one per node, its steps in it. */
interface LaidWindow {
  readonly window: Window;
  readonly base: readonly Float64Array[];
  readonly sold: readonly Float64Array[];
  /** `sold − base` of every node. */
  readonly errors: readonly Float64Array[];
  /** Per series and step: 1 where the forecast is certain, as the store is closed or no longer there. */
  readonly certain: readonly Uint8Array[];
  /** Per step, how much it counts. */
  readonly weight: Float64Array;
  /** Of each row of the frame its node and step. */
  readonly rows: readonly (readonly [node: number, step: number])[];
}

function layOut(
  { profile }: Panel,
  hierarchy: Hierarchy,
  window: Window,
  frame: DataFrame,
  model: string,
  tops: readonly Float64Array[],
): LaidWindow {
  const { nodes, aggregates } = hierarchy, { horizon, openColumn } = profile;
  const place = new Map(nodes.slice(aggregates).map((id, at) => [id, at]));
  const vectors = () => nodes.slice(aggregates).map(() => new Float64Array(horizon));
  const forecast = vectors(), sold = vectors(), weight = new Float64Array(horizon).fill(1);
  const certain = nodes.slice(aggregates).map(() => new Uint8Array(horizon).fill(1));
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const step = numbers(frame, "step"), y = numbers(frame, "y"), yHat = numbers(frame, model);
  const counts = numbers(frame, "weight");
  const open = openColumn !== undefined && frame.columns.includes(openColumn) ? numbers(frame, openColumn) : undefined;
  // A loop over the rows of one window: some ten thousand.
  ids.forEach((id, row) => {
    const at = place.get(id)!, k = step[row]! - 1;
    forecast[at]![k] = yHat[row]!;
    sold[at]![k] = y[row]!;
    certain[at]![k] = open !== undefined && open[row] === 0 ? 1 : 0;
    weight[k] = Math.max(weight[k]!, counts[row]!);
  });
  const all = addUp(hierarchy, sold);
  const base = [...tops, ...forecast];
  return {
    window,
    base,
    sold: all,
    errors: all.map((own, at) => own.map((value, k) => value - base[at]![k]!)),
    certain,
    weight,
    rows: ids.map((id, row) => [aggregates + place.get(id)!, step[row]! - 1] as const),
  };
}

/** Forecasts of every aggregate in every window: the mean of the series that trade, times their number. */
async function forecastAggregates(
  context: Context,
  panel: Panel,
  hierarchy: Hierarchy,
  windows: readonly WindowForecasts[],
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
    for (const [at, [window]] of windows.entries()) {
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

/** Of each node the name of its level: what divides it, or `series`. */
function levelNames({ nodes, depths, aggregates }: Hierarchy, columns: readonly string[]): string[] {
  const names = ["total", ...columns];
  return nodes.map((_, at) => at >= aggregates ? "series" : names[depths[at]!] ?? `level ${depths[at]}`);
}

function scoreLevel(
  metric: MetricName,
  { sold, certain, weight }: LaidWindow,
  forecasts: readonly Float64Array[],
  isIn: (node: number) => boolean,
): number | null {
  const aggregates = forecasts.length - certain.length;
  const y: number[] = [], yHat: number[] = [], counts: number[] = [];
  forecasts.forEach((own, node) => {
    if (!isIn(node)) return;
    own.forEach((value, k) => {
      // A closed day is known; aggregates that sell nothing at all are closed, too.
      if (node >= aggregates ? certain[node - aggregates]![k] === 1 : sold[node]![k] === 0) return;
      y.push(sold[node]![k]!);
      yHat.push(value);
      counts.push(weight[k]!);
    });
  });
  return metrics[metric](y, yHat, { weight: counts, scale: y.map(() => 1) });
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
