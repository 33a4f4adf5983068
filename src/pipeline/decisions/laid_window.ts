/**
 * A window of a hierarchy as vectors: what was forecast and sold, node by node.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";
import type { MetricName } from "@/core/metric.ts";
import type { Panel } from "@/core/panel.ts";
import { addUp, type Hierarchy, metrics, type Window } from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";

/** A window as vectors: one per node, its steps in it. */
export interface LaidWindow {
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

export function layOut(
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
  if (openColumn !== undefined && !frame.columns.includes(openColumn)) {
    // Without it closed stores would be moved, and errors of days on which few are open would grow several times.
    throw new DatasetError(
      `Cannot make forecasts from ${window.origin} add up as closed days must be known: their rows have no ${openColumn}`,
      { dataset: profile.name, column: openColumn },
    );
  }
  const open = openColumn === undefined ? undefined : numbers(frame, openColumn);
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

/** The error of the nodes of one level over a window, in the dataset's metric; null where it is undefined. */
export function scoreLevel(
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
