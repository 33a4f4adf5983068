/**
 * Losses of every model, day by day: little enough to travel with a model, enough to compare it with a later one.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import { type DieboldMariano, dieboldMariano } from "@/evaluation/diebold_mariano.ts";
import type { Numbers } from "@/evaluation/metrics/metric.ts";
import { type RowLoss, rowLoss, scoreOfLoss } from "@/evaluation/row_loss.ts";

/** Out-of-sample forecasts of one window; every column has one value per row. */
export interface LossRows {
  /** The first date that was not known, `YYYY-MM-DD`. */
  readonly origin: string;
  /** `YYYY-MM-DD`. */
  readonly ds: readonly string[];
  /** What was sold. */
  readonly y: Numbers;
  /** How much each row counts (wmae). */
  readonly weight: Numbers;
  /** Each row's seasonal naive error in the training data, in units of y (mase). */
  readonly scale: Numbers;
  /** Slice → the group of each row; null for a row that is in none. */
  readonly slices: Readonly<Record<string, readonly (string | null)[]>>;
  /** Model → its forecasts, in units of y. */
  readonly models: Readonly<Record<string, Numbers>>;
}

/** Summed losses of the rows of one group. */
export interface SliceLoss {
  /** What the rows are grouped by: `promo`. */
  readonly slice: string;
  /** The value that the rows of the group share: `yes`. */
  readonly group: string;
  /** How many rows count; those that the metric leaves out do not. */
  readonly rows: number;
  /** How much they count in all: what the loss is divided by. */
  readonly weight: number;
  /** Model → sum of its losses. */
  readonly loss: Readonly<Record<string, number>>;
}

/** Summed losses of one window, per date and per group. */
export interface WindowLosses {
  /** The first date that was not known, `YYYY-MM-DD`. */
  readonly origin: string;
  /** In order of time. */
  readonly dates: readonly string[];
  /** Per date: how many rows it has; cards of older versions do not say. */
  readonly rows?: readonly number[];
  /** Per date: how much its rows count in all. */
  readonly weight: readonly number[];
  /** Per date: the sum of y, by which the same rows are recognised. */
  readonly truth: readonly number[];
  /** Model → sum of its losses, per date. */
  readonly loss: Readonly<Record<string, readonly number[]>>;
  /** The same sums for each group of each slice, over all dates. */
  readonly slices: readonly SliceLoss[];
}

/** Two models on the same rows. */
export interface Comparison {
  /** The first model's metric over all windows that both have. */
  readonly first: number;
  /** The other model's metric over the same windows. */
  readonly other: number;
  /** Whether the first is better beyond chance; undefined where no test can be made. */
  readonly test: DieboldMariano | undefined;
  /** How many windows both were judged on. */
  readonly windows: number;
  /** Dates that the test compared; one that windows share counts in each of them. */
  readonly dates: number;
}

/** Two models on the rows of one group. */
export interface SliceComparison {
  /** What the rows are grouped by: `promo`. */
  readonly slice: string;
  /** The value that the rows of the group share: `yes`. */
  readonly group: string;
  /** How many rows count, over all windows that both have. */
  readonly rows: number;
  /** The first model's metric on the group; NaN where no row counts. */
  readonly first: number;
  /** The other model's metric on the same rows; NaN where no row counts. */
  readonly other: number;
}

/** A model, and the windows in which its losses are recorded. */
export interface Rival {
  /** The name under which the model's losses are recorded. */
  readonly model: string;
  /** The windows that it was judged on, maybe with other models beside it. */
  readonly windows: readonly WindowLosses[];
}

/**
 * Sums up the losses of a window's forecasts.
 *
 * @param metric The metric whose losses count.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { windowLosses } from "@/evaluation/mod.ts";
 *
 * const window = windowLosses({
 *   origin: "2015-06-01",
 *   ds: ["2015-06-01", "2015-06-01", "2015-06-02"],
 *   y: [10, 20, 30],
 *   weight: [1, 1, 1],
 *   scale: [1, 1, 1],
 *   slices: { promo: ["no", "yes", "no"] },
 *   models: { naive: [12, 20, 33] },
 * }, "mae");
 * expect(window.loss["naive"]).toEqual([2, 3]);
 * expect(window.slices[0]).toEqual({ slice: "promo", group: "no", rows: 2, weight: 2, loss: { naive: 5 } });
 * ```
 */
export function windowLosses(rows: LossRows, metric: MetricName): WindowLosses {
  const { origin, ds, y, weight, scale, slices, models } = rows;
  const lossOf = rowLoss(metric), names = Object.keys(models);
  const dates = [...new Set(ds)].sort(), place = new Map(dates.map((date, at) => [date, at]));
  const weights = new Float64Array(dates.length), truth = new Float64Array(dates.length);
  const counted = new Uint32Array(dates.length);
  const loss = names.map(() => new Float64Array(dates.length));
  interface Group {
    rows: number;
    weight: number;
    readonly loss: Float64Array;
  }
  const groups = new Map<string, Map<string, Group>>(Object.keys(slices).map((slice) => [slice, new Map()]));
  for (let row = 0; row < y.length; row++) {
    const at = place.get(ds[row]!)!;
    truth[at]! += y[row]!;
    counted[at]!++;
    const losses = names.map((name) =>
      lossOf({ y: y[row]!, yHat: models[name]![row]!, weight: weight[row]!, scale: scale[row]! })
    );
    const counts = losses[0]?.weight ?? 0;
    if (counts === 0) continue;
    weights[at]! += counts;
    losses.forEach((own, m) => loss[m]![at]! += own.loss);
    for (const [slice, known] of groups) {
      const name = slices[slice]![row];
      if (name === null || name === undefined) continue;
      let group = known.get(name);
      if (!group) known.set(name, group = { rows: 0, weight: 0, loss: new Float64Array(names.length) });
      group.rows++;
      group.weight += counts;
      losses.forEach((own, m) => group.loss[m]! += own.loss);
    }
  }
  return {
    origin,
    dates,
    rows: Array.from(counted),
    weight: Array.from(weights, short),
    truth: Array.from(truth, short),
    loss: Object.fromEntries(names.map((name, m) => [name, Array.from(loss[m]!, short)])),
    slices: [...groups].flatMap(([slice, known]) =>
      [...known].sort(([a], [b]) => a < b ? -1 : 1).map(([group, { rows, weight, loss }]) => ({
        slice,
        group,
        rows,
        weight: short(weight),
        loss: Object.fromEntries(names.map((name, m) => [name, short(loss[m]!)])),
      }))
    ),
  };
}

/**
 * Compares two models on the windows that both were judged on: the metric over all of them, and the Diebold–Mariano test
 * on the mean loss of each date.
 *
 * @param options.horizon Steps per window: errors of one origin are alike up to that many steps apart, less one.
 * @returns Undefined when no window is the same.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { compareLosses } from "@/evaluation/mod.ts";
 *
 * const windows = [{
 *   origin: "2015-06-01", dates: ["a", "b", "c", "d"], weight: [1, 1, 1, 1], truth: [5, 6, 7, 8], slices: [],
 *   loss: { ours: [1, 1, 2, 1], naive: [2, 3, 3, 4] },
 * }];
 * const both = compareLosses({ model: "ours", windows }, { model: "naive", windows }, { metric: "mae", horizon: 1 })!;
 * expect([both.first, both.other]).toEqual([1.25, 3]);
 * ```
 */
export function compareLosses(
  first: Rival,
  other: Rival,
  { metric, horizon }: { readonly metric: MetricName; readonly horizon: number },
): Comparison | undefined {
  const pairs = sameWindows(first, other);
  if (pairs.length === 0) return undefined;
  const days = lossesByDate(first, other);
  const total = (pick: 0 | 1, model: string): RowLoss => ({
    loss: sum(pairs.flatMap((pair) => pair[pick].loss[model]!)),
    weight: sum(pairs.flatMap((pair) => pair[pick].weight)),
  });
  // Longer lags than a quarter of the steps leave nothing to estimate a variance from.
  const lags = Math.max(0, Math.min(horizon - 1, Math.floor(days.length / 4)));
  return {
    first: scoreOfLoss(metric, total(0, first.model)) ?? NaN,
    other: scoreOfLoss(metric, total(1, other.model)) ?? NaN,
    test: dieboldMariano(days.map((day) => day.first), days.map((day) => day.other), { lags }),
    windows: pairs.length,
    dates: days.length,
  };
}

/** The mean loss of two models on one date. */
export interface DateLosses {
  /** The date, `YYYY-MM-DD`. */
  readonly date: string;
  /** The first model's loss per unit of weight, before any root is taken. */
  readonly first: number;
  /** The same of the other model. */
  readonly other: number;
}

/**
 * The mean loss of two models, date by date, over the windows that both were judged on.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lossesByDate } from "@/evaluation/mod.ts";
 *
 * const windows = [{
 *   origin: "2015-06-01", dates: ["2015-06-01"], weight: [2], truth: [5], slices: [], loss: { ours: [1], naive: [3] },
 * }];
 * const [day] = lossesByDate({ model: "ours", windows }, { model: "naive", windows });
 * expect(day).toEqual({ date: "2015-06-01", first: 0.5, other: 1.5 });
 * ```
 */
export function lossesByDate(first: Rival, other: Rival): DateLosses[] {
  return sameWindows(first, other).flatMap(([own, theirs]) =>
    own.dates.map((date, at) => ({
      date,
      first: own.loss[first.model]![at]! / own.weight[at]!,
      other: theirs.loss[other.model]![at]! / theirs.weight[at]!,
    })).filter((_, at) => own.weight[at]! > 0)
  ).sort((a, b) => a.date < b.date ? -1 : 1);
}

/**
 * Compares two models group by group, over the windows that both were judged on.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { compareSlices } from "@/evaluation/mod.ts";
 *
 * const windows = [{
 *   origin: "2015-06-01", dates: ["a"], weight: [4], truth: [9], loss: { ours: [6], naive: [8] },
 *   slices: [{ slice: "promo", group: "yes", rows: 2, weight: 2, loss: { ours: 1, naive: 5 } }],
 * }];
 * const [promo] = compareSlices({ model: "ours", windows }, { model: "naive", windows }, { metric: "mae" });
 * expect(promo).toMatchObject({ group: "yes", rows: 2, first: 0.5, other: 2.5 });
 * ```
 */
export function compareSlices(
  first: Rival,
  other: Rival,
  { metric }: { readonly metric: MetricName },
): SliceComparison[] {
  const found = new Map<string, { slice: string; group: string; rows: number; first: RowLoss; other: RowLoss }>();
  for (const [own, theirs] of sameWindows(first, other)) {
    for (const { slice, group, rows, weight, loss } of own.slices) {
      const twin = theirs.slices.find((one) => one.slice === slice && one.group === group);
      if (twin === undefined || twin.rows !== rows) continue;
      const key = `${slice}\n${group}`;
      const known = found.get(key) ?? { slice, group, rows: 0, first: NOTHING, other: NOTHING };
      found.set(key, {
        ...known,
        rows: known.rows + rows,
        first: plus(known.first, loss[first.model]!, weight),
        other: plus(known.other, twin.loss[other.model]!, twin.weight),
      });
    }
  }
  return [...found.values()].map(({ slice, group, rows, first, other }) => ({
    slice,
    group,
    rows,
    first: scoreOfLoss(metric, first) ?? NaN,
    other: scoreOfLoss(metric, other) ?? NaN,
  }));
}

/** The windows of both that hold the same rows: same origin, dates, weights and truth, and both models in them. */
function sameWindows(first: Rival, other: Rival): [WindowLosses, WindowLosses][] {
  return first.windows.filter(({ loss }) => loss[first.model] !== undefined).flatMap((own) => {
    const twin = other.windows.find(({ origin, loss }) => origin === own.origin && loss[other.model] !== undefined);
    return twin !== undefined && isSame(own, twin) ? [[own, twin] as [WindowLosses, WindowLosses]] : [];
  });
}

function isSame(a: WindowLosses, b: WindowLosses): boolean {
  return (["dates", "weight", "truth"] as const).every((name) =>
    a[name].length === b[name].length && a[name].every((value, at) => value === b[name][at])
  );
}

const NOTHING: RowLoss = { loss: 0, weight: 0 };
const plus = (sum: RowLoss, loss: number, weight: number): RowLoss => ({
  loss: sum.loss + loss,
  weight: sum.weight + weight,
});
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Seven digits are enough to compare by, and keep a card small. */
const short = (value: number) => Number(value.toPrecision(7));
