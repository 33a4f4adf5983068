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
  type Belongs,
  type Hierarchy,
  hierarchyByColumns,
  reconcile,
  type Reconciliation,
  RECONCILIATIONS,
  type Window,
} from "@/evaluation/mod.ts";
import type { Context } from "@/pipeline/context.ts";
import { forecastAggregates } from "@/pipeline/decisions/aggregate_forecasts.ts";
import { type LaidWindow, layOut, scoreLevel } from "@/pipeline/decisions/laid_window.ts";

/** The errors of one level: before anything is made to add up (`base`), and after, each way. */
export interface LevelErrors {
  /** `total`, `store_type`, `series`. */
  readonly level: string;
  readonly nodes: number;
  /** In the dataset's metric, the mean over the judged windows; null where it is undefined. */
  readonly errors: Readonly<Record<"base" | "chosen" | Reconciliation, number | null>>;
  /** The error in the last of these windows, of the forecasts before anything adds up and of the way that was chosen. */
  readonly last: Readonly<Record<"base" | "chosen", number | null>>;
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
  /**
   * Origin by origin the way that was best in the windows that had ended before it, bottom-up where these were fewer than
   * three: `chosen` in the errors.
   */
  readonly chosen: readonly Reconciliation[];
  /**
   * The way for the next forecast, by all windows: it makes no level worse by more than 1 %, or else the least, and helps
   * most.
   */
  readonly best: Reconciliation;
  /** The aggregates in the last window, reconciled the way that was chosen. */
  readonly tree: readonly NodeSums[];
}

/** A study, and the series' forecasts that add up the chosen way: origin → one value per row of the window's frame. */
export interface Reconciled {
  readonly study: HierarchyStudy;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** A window with the forecasts of its series. */
export type WindowForecasts = readonly [window: Window, frame: DataFrame];

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
  const tops = await forecastAggregates(context, panel, hierarchy, windows.map(([window]) => window));
  const laid = windows.map(([window, frame], at) => layOut(panel, hierarchy, window, frame, model, tops[at]!));
  const levelOf = levelNames(hierarchy, columns), levels = [...new Set(levelOf)];
  const tried: TriedWindow[] = [];
  for (const [at, now] of laid.entries()) {
    const past = laid.filter((_, k) => windows[k]![0].to < now.window.origin);
    if (past.length === 0) continue;
    const join = (of: (window: LaidWindow) => readonly Float64Array[]) =>
      hierarchy.nodes.map((_, node) => joinNumbers(past.map((window) => of(window)[node]!)));
    const options = {
      errors: join(({ errors }) => errors),
      sizes: { past: join(({ base }) => base), ahead: now.base },
      certain: (series: number, step: number) => now.certain[series]![step] === 1,
      allowsNegative,
    };
    const made = Object.fromEntries(
      RECONCILIATIONS.map((method) => [method, reconcile(hierarchy, now.base, method, options)]),
    ) as Record<Reconciliation, Float64Array[]>;
    const errorsOf = (forecasts: readonly Float64Array[]) =>
      levels.map((level) => scoreLevel(metric, now, forecasts, (node) => levelOf[node] === level));
    const errors = { base: errorsOf(now.base), ...mapped(made, errorsOf) };
    const known = tried.filter(({ window }) => window.to < now.window.origin);
    const way = known.length < LEAST_WINDOWS
      ? "bottom_up"
      : bestWay(levels.map((_, level) => ({ errors: meansOf(known, level) })));
    tried.push({ at, window: now.window, made, way, errors: { ...errors, chosen: errors[way] } });
  }
  const kept = tried.filter(({ window }) => judged(window.origin)), last = kept.at(-1);
  if (last === undefined) return null;
  const told = levels.map((level, k): LevelErrors => ({
    level,
    nodes: levelOf.filter((own) => own === level).length,
    errors: meansOf(kept, k),
    last: { base: last.errors.base[k]!, chosen: last.errors.chosen[k]! },
  }));
  const best = bestWay(told);
  const { sold, base } = laid[last.at]!;
  const sum = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const study: HierarchyStudy = {
    levels: told,
    metric,
    origins: kept.map(({ window }) => window.origin),
    chosen: kept.map(({ way }) => way),
    best,
    tree: hierarchy.nodes.slice(0, hierarchy.aggregates).map((node, at) => ({
      node,
      parent: at === 0 ? null : hierarchy.nodes[hierarchy.parents[at]!]!,
      base: sum(base[at]!),
      reconciled: sum(last.made[last.way][at]!),
      sold: sum(sold[at]!),
    })),
  };
  const values = new Map(kept.map(({ at, made, way, window }) => {
    const own = laid[at]!.rows.map(([node, step]) => made[way][node]![step]!);
    return [window.origin, Float64Array.from(own)] as const;
  }));
  return { study, columns: values };
}

/** Windows that must have told of a way before it is chosen: until then series are added up, which makes none worse. */
const LEAST_WINDOWS = 3;

/** A window in which every way was tried. */
interface TriedWindow {
  readonly at: number;
  readonly window: Window;
  readonly made: Readonly<Record<Reconciliation, readonly Float64Array[]>>;
  /** The way that was best in the windows before. */
  readonly way: Reconciliation;
  /** Way → one error per level. */
  readonly errors: Readonly<Record<keyof LevelErrors["errors"], readonly (number | null)[]>>;
}

/** The mean error of one level over windows, each way. */
function meansOf(tried: readonly TriedWindow[], level: number): LevelErrors["errors"] {
  const ways = ["base", ...RECONCILIATIONS, "chosen"] as const;
  return Object.fromEntries(
    ways.map((way) => [way, mean(tried.map(({ errors }) => errors[way][level]!))]),
  ) as LevelErrors["errors"];
}

function mapped<Name extends string, From, To>(from: Readonly<Record<Name, From>>, make: (own: From) => To) {
  return Object.fromEntries(Object.entries<From>(from).map(([name, own]) => [name, make(own)])) as Record<Name, To>;
}

/** The way that makes the worst level least worse beyond 1 %, and then lowers errors most on the mean of the levels. */
export function bestWay(levels: readonly Pick<LevelErrors, "errors">[]): Reconciliation {
  const judge = (method: Reconciliation) => {
    const ratios = levels.flatMap(({ errors }) =>
      errors.base === null || errors[method] === null || errors.base === 0 ? [] : [errors[method] / errors.base]
    );
    const worst = Math.max(1.01, ...ratios);
    const all = ratios.reduce((sum, ratio) => sum + ratio, 0) / Math.max(1, ratios.length);
    return { method, worst, all };
  };
  return RECONCILIATIONS.map(judge).sort((a, b) => a.worst - b.worst || a.all - b.all)[0]!.method;
}

/** Of each node the name of its level: what divides it, or `series`. */
function levelNames({ nodes, depths, aggregates }: Hierarchy, columns: readonly string[]): string[] {
  const names = ["total", ...columns];
  return nodes.map((_, at) => at >= aggregates ? "series" : names[depths[at]!] ?? `level ${depths[at]}`);
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
