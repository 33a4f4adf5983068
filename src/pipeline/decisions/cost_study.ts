/**
 * What a model's orders would have cost, window by window, beside orders by naive forecasts.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import { joinNumbers } from "@/core/matrix.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import {
  costliestSeries,
  type CostlySeries,
  type Costs,
  criticalRatio,
  forecastValueAdded,
  type IntervalMethod,
  judgeIntervals,
  metrics,
  naiveIntervals,
  newsvendorCost,
  type OrderCosts,
  orderCosts,
  type OrderedRow,
  orderQuantities,
  quantileEnd,
  splitConformal,
  type StepValue,
} from "@/evaluation/mod.ts";
import { numbers } from "@/pipeline/blend.ts";
import type { WindowForecasts } from "@/pipeline/decisions/hierarchy_study.ts";
import { intervalShape, intervalWindow, tradedRows } from "@/pipeline/intervals.ts";

/** A way to order: by a forecast as it is, or by a quantile of what may come. */
export type OrderWay = "naive forecast" | "naive interval" | "forecast" | "interval";

/** What one way to order came to. */
export interface WayCosts extends OrderCosts {
  readonly way: OrderWay;
}

/** What orders cost each store, week by week. */
export interface StoreWeeks {
  readonly stores: readonly string[];
  /** First days of the weeks, in the order of time. */
  readonly weeks: readonly string[];
  /** One row per store, one value per week; null where the store did not trade. */
  readonly cost: readonly (readonly (number | null)[])[];
}

/** What a study of costs found. */
export interface CostStudy {
  readonly costs: Costs;
  /** The share of outcomes that orders cover. */
  readonly ratio: number;
  /** Origins of the windows that were judged; each by intervals of windows that had ended before it. */
  readonly origins: readonly string[];
  readonly ways: readonly WayCosts[];
  /** What each step of the process added. */
  readonly steps: readonly StepValue[];
  readonly byStore: StoreWeeks;
  readonly costliest: readonly CostlySeries[];
}

/**
 * Orders for every series and day of earlier windows as the costs ask, and sums up what it came to.
 *
 * @param windows In the order of time, with the columns of the model and the baseline; the first only teaches.
 * @param options.reconciled Origin → forecasts that add up, where there are any: a step of the process.
 */
export function costStudy(
  windows: readonly WindowForecasts[],
  { model, baseline, profile, costs, reconciled, judged = () => true }: {
    readonly model: string;
    readonly baseline: string;
    readonly profile: DatasetProfile;
    readonly costs: Costs;
    readonly reconciled?: ReadonlyMap<string, Float64Array>;
    readonly judged?: (origin: string) => boolean;
  },
): CostStudy | null {
  const ratio = criticalRatio(costs), { level } = quantileEnd(ratio), shape = intervalShape(profile, profile);
  const own = windows.map(([window, frame]) => intervalWindow(frame, window, { model, baseline, profile }));
  const walk = (method: IntervalMethod) =>
    judgeIntervals(own, method, { levels: [Math.max(1, level)] }).filter(({ window }) => judged(window.origin));
  const conformal = walk(splitConformal(shape)), naive = walk(naiveIntervals(shape));
  if (conformal.length === 0) return null;
  const sold = joinNumbers(conformal.map(({ window }) => window.rows.y));
  const forecast = joinNumbers(conformal.map(({ window }) => window.rows.yHat));
  const ordered = joinNumbers(
    conformal.map(({ window, columns }) => orderQuantities(window.rows.yHat, columns, ratio)),
  );
  const naively = joinNumbers(naive.map(({ window }) => window.rows.naive!));
  const naiveOrders = joinNumbers(
    naive.map(({ window, columns }) => orderQuantities(window.rows.naive!, columns, ratio)),
  );
  const ways: WayCosts[] = [
    { way: "naive forecast", ...orderCosts(sold, naively, costs) },
    { way: "naive interval", ...orderCosts(sold, naiveOrders, costs) },
    { way: "forecast", ...orderCosts(sold, forecast, costs) },
    { way: "interval", ...orderCosts(sold, ordered, costs) },
  ];
  const frames = conformal.map(({ window: { origin } }) => windows.find(([own]) => own.origin === origin)!);
  const traded = frames.map(([{ origin }, frame]) => {
    const values = reconciled?.get(origin);
    return tradedRows(values === undefined ? frame : frame.withColumn(pl.Series(RECONCILED, values)), profile);
  });
  const rows = traded.flatMap((frame) => plainRows(frame, profile));
  const all: OrderedRow[] = rows.map((row, at) => ({
    ...row,
    sold: sold[at]!,
    forecast: forecast[at]!,
    ordered: ordered[at]!,
  }));
  const cost = (way: OrderWay) => ways.find((own) => own.way === way)!.mean;
  const error = (column: string) => meanError(traded, column, profile);
  const addsUp = traded.every((frame) => frame.columns.includes(RECONCILED));
  const last = addsUp ? RECONCILED : model;
  return {
    costs: { under: costs.under, over: costs.over },
    ratio,
    origins: conformal.map(({ window }) => window.origin),
    ways,
    steps: forecastValueAdded([
      { step: baseline, error: error(baseline), cost: cost("naive forecast") },
      { step: model, error: error(model), cost: cost("forecast") },
      ...addsUp
        ? [{
          step: RECONCILED,
          error: error(RECONCILED),
          cost: orderCosts(sold, joinNumbers(traded.map((frame) => numbers(frame, RECONCILED))), costs).mean,
        }]
        : [],
      { step: ORDERED, error: error(last), cost: cost("interval") },
    ]),
    byStore: storeWeeks(all, costs),
    costliest: costliestSeries(all, costs),
  };
}

/** Steps of the process beyond models: forecasts that add up, orders at the quantile that the costs ask for. */
const RECONCILED = "reconciled", ORDERED = "ordered by interval";

/** Series, date and events of each row. */
function plainRows(frame: DataFrame, { events }: DatasetProfile): Pick<OrderedRow, "series" | "ds" | "events">[] {
  const ids = frame.getColumn("unique_id").toArray() as string[];
  const dates = frame.select(pl.col("ds").cast(pl.Utf8)).getColumn("ds").toArray() as string[];
  const own = events.filter((name) => frame.columns.includes(name)).map((name) =>
    [name, numbers(frame, name)] as const
  );
  return ids.map((series, row) => ({
    series,
    ds: dates[row]!,
    events: own.flatMap(([name, values]) => values[row]! > 0 ? [name] : []),
  }));
}

function meanError(frames: readonly DataFrame[], column: string, { metric }: DatasetProfile): number {
  const errors = frames.map((frame) =>
    metrics[metric](numbers(frame, "y"), numbers(frame, column), {
      weight: numbers(frame, "weight"),
      scale: numbers(frame, "scale"),
    }) ?? NaN
  ).filter(Number.isFinite);
  return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
}

/** The first day of the week of a date: its Monday. */
export function weekOf(ds: string): string {
  const day = new Date(`${ds}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - (day.getUTCDay() + 6) % 7);
  return day.toISOString().slice(0, 10);
}

/** What a series belongs to, for a planner: its first key, the store. */
const storeOf = (series: string): string => series.split("_")[0]!;

function storeWeeks(rows: readonly OrderedRow[], costs: Costs): StoreWeeks {
  const sums = new Map<string, Map<string, number>>(), weeks = new Set<string>();
  const weekByDate = new Map<string, string>();
  for (const { series, ds, sold, ordered } of rows) {
    let week = weekByDate.get(ds);
    if (week === undefined) weekByDate.set(ds, week = weekOf(ds));
    weeks.add(week);
    let own = sums.get(storeOf(series));
    if (own === undefined) sums.set(storeOf(series), own = new Map());
    own.set(week, (own.get(week) ?? 0) + newsvendorCost(sold, ordered, costs));
  }
  const order = [...weeks].sort();
  const stores = [...sums.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return {
    stores,
    weeks: order,
    cost: stores.map((store) => order.map((week) => sums.get(store)!.get(week) ?? null)),
  };
}
